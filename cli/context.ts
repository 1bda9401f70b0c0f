import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { homeDirectory, repositoryRoot } from "../toolchain/paths";
import { usageError } from "./exit";

/** Options that every command takes. */
export interface GlobalOptions {
  stack?: string;
  configFile?: string;
  verbose?: boolean;
}

/** Where a command's stack and everything that belongs to it lies. Nothing but sources is in the checkout. */
export interface Context {
  /** The project's folder: what Pulumi runs. */
  checkout: string;
  stack: string;
  /** The stack's configuration, `Pulumi.<stack>.yaml`, absolute. */
  configFile: string;
  /** STRONGROOM_HOME: state and keys. */
  home: string;
  /** `home/stacks/<stack>`: passphrase, keys, locks and logs of this stack. */
  stackDir: string;
  /** Where state is kept, as Pulumi takes it: a file: URL in `home`, unless the operator has named another. */
  backendUrl: string;
  verbose: boolean;
}

/** The embedded default: it needs no `init`, and any machine can have one. */
export const defaultStack = "dev";

/** ` --stack NAME` for a command that is to be copied, "" for the default stack. */
export function stackOption(stack: string): string {
  return stack === defaultStack ? "" : ` --stack ${stack}`;
}

/** Pulumi's project name (Pulumi.yaml): a part of the paths in the file backend. */
export const project = "strongroom";

/** In Docker names, labels, paths and Pulumi's own rules the same: what all of them take. */
const stackName = /^[a-z][a-z0-9-]{0,30}$/;

/**
 * Works out paths from options and environment.
 * @throws CliError for a stack name that cannot be a part of Docker names
 */
export function createContext(options: GlobalOptions, environment: NodeJS.ProcessEnv = process.env): Context {
  const stack = options.stack ?? (environment.PULUMI_STACK || defaultStack);
  if (!stackName.test(stack)) {
    throw usageError(
      `--stack ${stack}: a stack's name has at most 31 characters a-z, 0-9 and "-", and starts with a letter`,
    );
  }
  const home = homeDirectory(environment);
  return {
    checkout: repositoryRoot,
    stack,
    configFile: options.configFile
      ? resolve(options.configFile)
      : join(repositoryRoot, `Pulumi.${stack}.yaml`),
    home,
    stackDir: join(home, "stacks", stack),
    backendUrl: backendUrl(stack, home, environment),
    verbose: options.verbose ?? false,
  };
}

/** The embedded default always has its state in `home`; other stacks may have a backend of their own. */
function backendUrl(stack: string, home: string, environment: NodeJS.ProcessEnv): string {
  const own = `file://${join(home, "state")}`;
  return stack === defaultStack ? own : environment.PULUMI_BACKEND_URL || own;
}

/** Folder of the file backend; undefined when state is kept elsewhere. */
export function stateFolder({ backendUrl: url }: Pick<Context, "backendUrl">): string | undefined {
  return url.startsWith("file://")
    ? resolve(url.slice("file://".length).replace(/^~/, homedir()))
    : undefined;
}

/** The passphrase's file: 0600, in the stack's own folder. */
export function passphraseFile({ stackDir }: Pick<Context, "stackDir">): string {
  return join(stackDir, "passphrase");
}

/** The configuration file as people know it: relative to the checkout if it is in it. */
export function displayPath(context: Context): string {
  return dirname(context.configFile) === context.checkout ? basename(context.configFile) : context.configFile;
}

/** The configuration file for documents that leave this machine: relative to the checkout if it is in it, else its name. */
export function configFileInCheckout({
  checkout,
  configFile,
}: Pick<Context, "checkout" | "configFile">): string {
  const path = relative(checkout, configFile);
  return path.startsWith("..") || isAbsolute(path) ? basename(configFile) : path.split(sep).join("/");
}
