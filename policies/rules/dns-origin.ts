import { guarded } from "../support/fields";
import { componentOf } from "../support/labels";
import type { StackRule } from "../support/rule";
import type { Node } from "../support/stack";
import { TYPES } from "../support/types";

export const rule: StackRule<{ allowed: readonly string[] }> = {
  id: "dns-origin",
  level: "mandatory",
  why: "A record that leads elsewhere hands the name, its cookies and its certificates to whoever has that address, today or when it is given to the next tenant.",
  remedy:
    "Lead the record to an address of the stack's own records or to one of their names, or list where it may lead in policies/site.json.",
  source: "OWASP Web Security Testing Guide, subdomain takeover",
  settings: {
    defaults: { allowed: [] },
    schema: {
      allowed: {
        type: "array",
        items: { type: "string" },
        description: "Addresses and names that records of your own may lead to",
      },
    },
  },
  checkStack(stack, { allowed }) {
    const known = new Set(allowed.map(spelled));
    const others: Node[] = [];
    stack.each(TYPES.dnsRecord, (record) => {
      if (componentOf(record.urn) === undefined) others.push(record);
      else for (const key of ["name", "content"]) known.add(valueOf(record, key));
    });
    for (const record of others) {
      // Each by itself: one that cannot be judged hides no other.
      guarded(record.report, () => {
        const type = (record.outputs.text("type") ?? "").toUpperCase();
        if (["A", "AAAA", "CNAME"].includes(type) && !known.has(valueOf(record, "content")))
          record.report("`content` leads to nothing that this stack has, and the site does not list it");
      });
    }
  },
};

function valueOf({ outputs }: Node, key: string): string {
  return spelled(outputs.text(key) ?? "");
}

/** Case and the root's dot say nothing. */
function spelled(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
