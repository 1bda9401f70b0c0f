import { checkAcme } from "./acme";
import { checkAllowLists } from "./allow-list";
import { checkBackendTls } from "./backend-tls";
import { checkCertificateReferences } from "./certificate-references";
import type { Check } from "./check";
import { checkClientCertificates } from "./client-certificates";
import { checkConnections } from "./connections";
import { checkCustomCertificates } from "./custom-certificate";
import { checkDomains, checkPathPrefixes } from "./domains";
import { checkEdge } from "./edge";
import { checkEncryption } from "./encryption";
import { checkEnvironment } from "./environment";
import { checkHosts } from "./hosts";
import { checkImages } from "./images";
import { checkOffsite } from "./offsite";
import { checkOperations } from "./operations";
import { checkProduct } from "./product";
import { checkRestore } from "./restore";
import { checkSecrets } from "./secrets";
import { checkSsoCertificates } from "./sso-certificate";
import { checkStack } from "./stack";
import { checkTruststores } from "./truststores";

/** Every check across fields. Their order does not matter: problems are sorted by path. */
export const checks: readonly Check[] = [
  checkAcme,
  checkAllowLists,
  checkBackendTls,
  checkCertificateReferences,
  checkClientCertificates,
  checkConnections,
  checkCustomCertificates,
  checkDomains,
  checkEdge,
  checkEncryption,
  checkEnvironment,
  checkHosts,
  checkImages,
  checkOperations,
  checkOffsite,
  checkPathPrefixes,
  checkProduct,
  checkRestore,
  checkSecrets,
  checkSsoCertificates,
  checkStack,
  checkTruststores,
];
