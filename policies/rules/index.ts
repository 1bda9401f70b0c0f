import type { Rule } from "../support/rule";
import { rule as bakPresent } from "./bak-present";
import { rule as bakSchedule } from "./bak-schedule";
import { rule as bakShipper } from "./bak-shipper";
import { rule as ctrBindAllowlist } from "./ctr-bind-allowlist";
import { rule as ctrCapAdd } from "./ctr-cap-add";
import { rule as ctrCapDropAll } from "./ctr-cap-drop-all";
import { rule as ctrCpu } from "./ctr-cpu";
import { rule as ctrDevices } from "./ctr-devices";
import { rule as ctrDockerSocket } from "./ctr-docker-socket";
import { rule as ctrHealthcheck } from "./ctr-healthcheck";
import { rule as ctrHostNs } from "./ctr-host-ns";
import { rule as ctrLogBounded } from "./ctr-log-bounded";
import { rule as ctrMemory } from "./ctr-memory";
import { rule as ctrNoNewPrivs } from "./ctr-no-new-privs";
import { rule as ctrNonRoot } from "./ctr-non-root";
import { rule as ctrNproc } from "./ctr-nproc";
import { rule as ctrPrivileged } from "./ctr-privileged";
import { rule as ctrPropagation } from "./ctr-propagation";
import { rule as ctrReadonlyRoot } from "./ctr-readonly-root";
import { rule as ctrRestart } from "./ctr-restart";
import { rule as ctrRunflags } from "./ctr-runflags";
import { rule as ctrSensitiveMount } from "./ctr-sensitive-mount";
import { rule as ctrSshd } from "./ctr-sshd";
import { rule as ctrSysctls } from "./ctr-sysctls";
import { rule as ctrTmpfsFlags } from "./ctr-tmpfs-flags";
import { rule as ctrUnconfined } from "./ctr-unconfined";
import { rule as dbDataVolume } from "./db-data-volume";
import { rule as dbStopGrace } from "./db-stop-grace";
import { rule as dbVolumeShared } from "./db-volume-shared";
import { rule as dnsCaa } from "./dns-caa";
import { rule as dnsDeprecated } from "./dns-deprecated";
import { rule as dnsOrigin } from "./dns-origin";
import { rule as dnsPrivateIp } from "./dns-private-ip";
import { rule as dnsWildcard } from "./dns-wildcard";
import { rule as dnsZoneTls } from "./dns-zone-tls";
import { rule as imgDigest } from "./img-digest";
import { rule as imgLatest } from "./img-latest";
import { rule as imgRegistry } from "./img-registry";
import { rule as ingTraefik } from "./ing-traefik";
import { rule as netBindIp } from "./net-bind-ip";
import { rule as netDbInternal } from "./net-db-internal";
import { rule as netDbSegment } from "./net-db-segment";
import { rule as netDriver } from "./net-driver";
import { rule as netHostMode } from "./net-host-mode";
import { rule as netManaged } from "./net-managed";
import { rule as netPublish } from "./net-publish";
import { rule as netPublishAll } from "./net-publish-all";
import { rule as netUserDefined } from "./net-user-defined";
import { rule as secEnvLiteral } from "./sec-env-literal";
import { rule as secEnvUrl } from "./sec-env-url";
import { rule as secInArgv } from "./sec-in-argv";
import { rule as secTlsOff } from "./sec-tls-off";
import { rule as secUploadMode } from "./sec-upload-mode";
import { rule as stkAction } from "./stk-action";
import { rule as stkClosedWorld } from "./stk-closed-world";
import { rule as stkIgnoreChanges } from "./stk-ignore-changes";
import { rule as stkProvider } from "./stk-provider";
import { rule as stkRole } from "./stk-role";
import { rule as tlsKey } from "./tls-key";
import { rule as tlsLeaf } from "./tls-leaf";
import { rule as tlsRenewal } from "./tls-renewal";
import { rule as tlsSan } from "./tls-san";
import { rule as tlsValidity } from "./tls-validity";
import { rule as volDbProtect } from "./vol-db-protect";

/** All rules of the pack: containers, networks, images, secrets, volumes, database, backups, TLS, DNS, edge, stack. */
export const rules: readonly Rule[] = [
  ctrBindAllowlist,
  ctrCapAdd,
  ctrCapDropAll,
  ctrCpu,
  ctrDevices,
  ctrDockerSocket,
  ctrHealthcheck,
  ctrHostNs,
  ctrLogBounded,
  ctrMemory,
  ctrNoNewPrivs,
  ctrNonRoot,
  ctrNproc,
  ctrPrivileged,
  ctrPropagation,
  ctrReadonlyRoot,
  ctrRestart,
  ctrRunflags,
  ctrSensitiveMount,
  ctrSshd,
  ctrSysctls,
  ctrTmpfsFlags,
  ctrUnconfined,
  netBindIp,
  netDbInternal,
  netDbSegment,
  netDriver,
  netHostMode,
  netManaged,
  netPublish,
  netPublishAll,
  netUserDefined,
  imgDigest,
  imgLatest,
  imgRegistry,
  secEnvLiteral,
  secEnvUrl,
  secInArgv,
  secTlsOff,
  secUploadMode,
  volDbProtect,
  dbDataVolume,
  dbStopGrace,
  dbVolumeShared,
  bakPresent,
  bakSchedule,
  bakShipper,
  tlsKey,
  tlsLeaf,
  tlsRenewal,
  tlsSan,
  tlsValidity,
  dnsCaa,
  dnsDeprecated,
  dnsOrigin,
  dnsPrivateIp,
  dnsWildcard,
  dnsZoneTls,
  ingTraefik,
  stkAction,
  stkClosedWorld,
  stkIgnoreChanges,
  stkProvider,
  stkRole,
];
