import { isAbsolute, normalize } from "node:path";
import type { ParseContext } from "../context";
import type { Problem } from "../errors";
import { certificatePem } from "../resolve/certificates";

/** Longest value that can only be a path: a private key without its BEGIN line, given by mistake, is longer. */
const pathLength = 100;

/** The PEM text of a key that is PEM text or a path, or why there is none. Shows a path, and nothing else. */
export function readPem(path: string, given: string, context: ParseContext): { text: string } | Problem {
  if (!given.includes("-----BEGIN")) {
    const name = /^[\w./@+ -]+$/.test(given) && given.length <= pathLength ? `"${given}"` : "what is given";
    const remedy = "copy it into the project and give its relative path, or give the PEM text itself";
    if (isAbsolute(given) || normalize(given).split(/[\\/]/)[0] === "..") {
      return { path, reason: `${name} is outside the project, so that the next checkout has it not`, remedy };
    }
    try {
      return { text: certificatePem(given, context) };
    } catch (error) {
      return { path, reason: `${name} ${reasonOf(error as NodeJS.ErrnoException)}`, remedy };
    }
  }
  return { text: given };
}

function reasonOf({ code }: NodeJS.ErrnoException): string {
  switch (code) {
    case "EISDIR":
      return "is a folder";
    case "EACCES":
    case "EPERM":
      return "may not be read by this user";
    default:
      return "is no PEM text, and there is no such file in the project";
  }
}
