/* eslint-disable @typescript-eslint/no-require-imports --
   A relative import() is resolved by Node itself, which knows no TypeScript. */
import type { CommandModule } from "./command";

/** Modules that are loaded when they are needed and not before: loading is most of a short command's time. */
export const lazy = {
  command: (name: string) => require(`./commands/${name}`) as CommandModule,
  session: () => require("./session") as typeof import("./session"),
  releases: () => require("./releases") as typeof import("./releases"),
  edgeHost: () => require("../operations/edge-host") as typeof import("../operations/edge-host"),
  reconcileRoutes: () =>
    require("../operations/reconcile-routes") as typeof import("../operations/reconcile-routes"),
  gate: () => require("./gate/judge") as typeof import("./gate/judge"),
  stackConfig: () => require("./stack-config") as typeof import("./stack-config"),
};
