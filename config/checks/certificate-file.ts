import { isAbsolute, normalize } from "node:path";
import type { ParseContext } from "../context";
import type { Problem } from "../errors";
import { certificatePem } from "../resolve/certificates";

/** Longest value that can only be a path: a private key without its BEGIN line, given by mistake, is longer. */
const pathLength = 100;

/** Shortest text in base64 or hex that is taken for a key's; a path without a dot is not shown from here on either. */
const encodedLength = 40;

/** The PEM text of a key that is PEM text or a path, or why there is none. Shows a path, and nothing else. */
export function readPem(path: string, given: string, context: ParseContext): { text: string } | Problem {
  if (!given.includes("-----BEGIN")) {
    const name = isShowable(given) ? `"${given}"` : "what is given";
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

/** Whether a value is a path and nothing that must stay unseen, such as a key's bytes in base64 or hex. */
function isShowable(given: string): boolean {
  const isEncoded = given.replaceAll(" ", "").length >= encodedLength && /^[\w/+ -]+$/.test(given);
  return given.length <= pathLength && /^[\w./@+ -]+$/.test(given) && !isEncoded;
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
