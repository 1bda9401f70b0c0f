import { changesBoth } from "../../config/images";
import { stackOption } from "../context";
import { shellQuote } from "../quote";
import type { Check } from "./checks";
import type { ArchiveFacts } from "./facts";

/** An image given by id runs only if it came out of a verified archive, by the key that the configuration names. */
export function archive(facts: ArchiveFacts): Check {
  const { part, host, id, loaded, record, signer, applied } = facts;
  const check = { name: `image ${part}` };
  const fail = (detail: string, remedy: string): Check => ({ ...check, status: "fail", detail, remedy });
  const add = addCommand(facts);
  if (loaded === undefined)
    return fail(`host ${host} does not say whether it has ${id}`, "start Docker there");
  if (!loaded) return fail(`${id} is not loaded on host ${host}`, add);
  if (!record) return fail(`no archive with ${id} was verified here for host ${host}`, add);
  if (!Array.isArray(applied)) {
    return fail(
      `what was applied last cannot be told (${applied.error})`,
      "correct the cause, then try again",
    );
  }
  const [last] = applied;
  if (changesBoth(last, { id, ...(signer ? { signer } : {}) })) {
    return fail(
      `archive and signer change at once: ${last!.id ?? "the last image"} of ${last!.signer} is applied, ${id} of ${signer ?? "no signer"} would be`,
      `keep \`signer: ${last!.signer}\`; for a key that the vendor replaced, put the applied image back, run ${trustCommand(facts)}, apply that alone, then add the archive`,
    );
  }
  if (signer === undefined) {
    return fail("the configuration names no signer", `put \`signer: ${record.signer}\` beside its id`);
  }
  // An image that was in service stays what it is when its vendor's key changes, and one can go back to it.
  if (record.signer !== signer && !applied.some((each) => each.id === id)) {
    return fail(
      `${record.archive} was verified with the key ${record.signer}, the configuration names ${signer}`,
      "correct `signer`, or add an archive that is signed with that key",
    );
  }
  return {
    ...check,
    status: "pass",
    detail: `${record.archive}, verified ${record.verifiedAt} (${record.format})`,
  };
}

/** The command that makes the image and its record be there; words in capitals are the operator's to fill in. */
function addCommand({ stack, part, archive: name, record }: ArchiveFacts): string {
  const words = [
    name ?? record?.archive ?? "ARCHIVE",
    "--signature",
    record?.signature ?? (name === undefined ? "SIGNATURE" : `${name}.sig`),
    "--public-key",
    record?.publicKey ?? "PUBLIC_KEY",
    "--service",
    part,
  ];
  return `./strongroom image add ${words.map(shellQuote).join(" ")}${stackOption(stack)}`;
}

function trustCommand({ stack, part }: ArchiveFacts): string {
  return `\`./strongroom image trust --public-key PUBLIC_KEY --service ${part}${stackOption(stack)}\``;
}
