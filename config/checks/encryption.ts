import { stackSchema } from "../schema";
import { secretPaths, valueAt } from "../walk";
import type { Check } from "./check";

/**
 * Secrets stand encrypted in the stack's file. A proxy without user and password may stand in plain text,
 * since it is no secret then.
 */
export const checkEncryption: Check = ({ raw, context }) => {
  const { isEncrypted } = context;
  if (isEncrypted === undefined) return [];
  return secretPaths(stackSchema, raw)
    .filter((path) => !isEncrypted(path) && !isOpenProxy(raw, path))
    .map((path) => {
      const [key, ...rest] = path;
      const name = `strongroom:${[key, ...rest].join(".")}`;
      return {
        path: path.join("."),
        reason: "is a secret in plain text",
        remedy:
          `replace it, since it has been exposed: \`pulumi config set --secret ` +
          `${rest.length > 0 ? "--path " : ""}'${name}'\` asks for the new value`,
      };
    });
};

function isOpenProxy(raw: Record<string, unknown>, path: string[]): boolean {
  const value = valueAt(raw, path);
  return path.join(".") === "outboundProxy.url" && typeof value === "string" && !value.includes("@");
}
