/* eslint-disable @typescript-eslint/no-require-imports --
   A relative import() is resolved by Node itself, which knows no TypeScript. */
import type { commandNames } from "./arguments";
import type { CommandModule } from "./command";
import type { DocumentFormat, FormatModule } from "./report/formats";

type CommandName = (typeof commandNames)[number];

/** Each command's file by name; spelled out, since a bundler follows no computed path. */
const commands: Record<CommandName, () => CommandModule> = {
  up: () => require("./commands/up") as CommandModule,
  preview: () => require("./commands/preview") as CommandModule,
  drift: () => require("./commands/drift") as CommandModule,
  rehearse: () => require("./commands/rehearse") as CommandModule,
  updates: () => require("./commands/updates") as CommandModule,
  down: () => require("./commands/down") as CommandModule,
  init: () => require("./commands/init") as CommandModule,
  doctor: () => require("./commands/doctor") as CommandModule,
  env: () => require("./commands/env") as CommandModule,
  repair: () => require("./commands/repair") as CommandModule,
  unlock: () => require("./commands/unlock") as CommandModule,
  image: () => require("./commands/image") as CommandModule,
  cert: () => require("./commands/cert") as CommandModule,
  certs: () => require("./commands/certs") as CommandModule,
  "admin-link": () => require("./commands/admin-link") as CommandModule,
  backup: () => require("./commands/backup") as CommandModule,
  restore: () => require("./commands/restore") as CommandModule,
  recover: () => require("./commands/recover") as CommandModule,
  passphrase: () => require("./commands/passphrase") as CommandModule,
  test: () => require("./commands/test") as CommandModule,
  bench: () => require("./commands/bench") as CommandModule,
};

/** Each format's file by name, as above. */
const formats: Record<DocumentFormat, () => FormatModule> = {
  markdown: () => require("./report/markdown") as FormatModule,
  json: () => require("./report/json") as FormatModule,
  sarif: () => require("./report/sarif") as FormatModule,
  html: () => require("./report/html") as FormatModule,
};

/** Modules that are loaded when they are needed and not before: loading is most of a short command's time. */
export const lazy = {
  command: (name: CommandName) => commands[name](),
  format: (name: DocumentFormat) => formats[name](),
  session: () => require("./session") as typeof import("./session"),
  prune: () => require("./prune/prune") as typeof import("./prune/prune"),
  restore: () => require("./restore/pending") as typeof import("./restore/pending"),
  settingsExport: () => require("./backup/export") as typeof import("./backup/export"),
  releases: () => require("./releases") as typeof import("./releases"),
  edgeHost: () => require("../operations/edge-host") as typeof import("../operations/edge-host"),
  reconcileRoutes: () =>
    require("../operations/reconcile-routes") as typeof import("../operations/reconcile-routes"),
  ssoTasks: () => require("./report/sso") as typeof import("./report/sso"),
  databaseMove: () => require("./report/database-move") as typeof import("./report/database-move"),
  archiveRecord: () =>
    require("../operations/archive/record") as typeof import("../operations/archive/record"),
  applied: () => require("./doctor/applied") as typeof import("./doctor/applied"),
  dnsRecords: () => require("./dns-records") as typeof import("./dns-records"),
  plan: () => require("./gate/plan") as typeof import("./gate/plan"),
  withoutState: () => require("./gate/without-state") as typeof import("./gate/without-state"),
  stateEdit: () => require("./settle/state-edit") as typeof import("./settle/state-edit"),
  backupProof: () => require("./gate/backup-proof") as typeof import("./gate/backup-proof"),
  gate: () => require("./gate/judge") as typeof import("./gate/judge"),
  stackConfig: () => require("./stack-config") as typeof import("./stack-config"),
};
