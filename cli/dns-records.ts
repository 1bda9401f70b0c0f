import { Resolver } from "node:dns/promises";
import { parseAddress } from "../config/addresses";
import type { DnsSettings } from "../config/settings";
import { refusal } from "./exit";

const TYPES = ["A", "AAAA"] as const;
type AddressType = (typeof TYPES)[number];

/** For one question; each is asked three times. */
const TIMEOUT_MS = 2000;

/** What a name's records must be, and what a DNS server says. */
interface Difference {
  name: string;
  type: AddressType;
  wanted: string[];
  /** Addresses, or why the server could not say. */
  found: string[] | { error: string };
}

/**
 * Looks whether names lead where they must, and nowhere else: by what the DNS servers say now.
 * @param records name, type and address of each record that must be there
 * @throws CliError with each name that does not, what was found, and the remedy
 */
export async function requireRecords(
  records: string[],
  { resolvers, ttlSeconds }: Pick<DnsSettings, "resolvers" | "ttlSeconds">,
): Promise<void> {
  if (records.length === 0) return;
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 3 });
  if (resolvers.length > 0) resolver.setServers(resolvers);
  const given = records.map((record) => record.split(" ") as [string, AddressType, string]);
  const names = [...new Set(given.map(([name]) => name))];
  const looked = await Promise.all(
    names.flatMap((name) =>
      TYPES.map(async (type): Promise<Difference> => {
        const own = given.filter((record) => record[0] === name && record[1] === type);
        return {
          name,
          type,
          wanted: own.map(([, , address]) => address),
          found: await look(resolver, name, type),
        };
      }),
    ),
  );
  const wrong = looked.filter(({ wanted, found }) => "error" in found || spelled(wanted) !== spelled(found));
  if (wrong.length === 0) return;
  throw refusal(
    [
      "nothing was changed: DNS does not lead where the update needs it:",
      ...wrong.map(differenceText),
      `Make the records as they are wanted, with a time to live of ${ttlSeconds} s, wait until those from before have ` +
        "expired, and run `up` again. Asked: " +
        `${resolvers.join(", ") || "the DNS servers of this machine"} (dns.resolvers). With dns.provider none nobody looks.`,
    ].join("\n"),
  );
}

async function look(resolver: Resolver, name: string, type: AddressType): Promise<Difference["found"]> {
  try {
    return await (type === "A" ? resolver.resolve4(name) : resolver.resolve6(name));
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // No such name, and a name without such a record.
    return ["ENOTFOUND", "ENODATA"].includes(code) ? [] : { error: code };
  }
}

/** IPv6 has many spellings for one address. */
function spelled(addresses: string[]): string {
  return addresses
    .map((each) => parseAddress(each)?.toString() ?? each)
    .sort()
    .join();
}

function differenceText({ name, type, wanted, found }: Difference): string {
  const want = wanted.join(", ") || "none";
  const have =
    "error" in found ? `could not be asked for (${found.error})` : `found ${found.join(", ") || "none"}`;
  return `  ${name} ${type}: wanted ${want}; ${have}`;
}
