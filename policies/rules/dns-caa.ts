import type { StackRule } from "../support/rule";
import type { Node } from "../support/stack";
import { TYPES } from "../support/types";

export const rule: StackRule = {
  id: "dns-caa",
  level: "advisory",
  why: "Without a CAA record every authority of the world may issue a certificate for the name.",
  remedy:
    "Declare a CAA record with the tag issue for the name or its parent, with the authority that is used.",
  source: "RFC 8659",
  checkStack(stack) {
    const covered = new Set<string>();
    stack.each(TYPES.dnsRecord, ({ outputs }) => {
      if (typeOf({ outputs }) === "CAA" && outputs.fields("data").text("tag") === "issue") {
        covered.add(nameOf({ outputs }));
      }
    });
    stack.each(TYPES.dnsRecord, (record) => {
      if (!["A", "AAAA", "CNAME"].includes(typeOf(record))) return;
      const labels = nameOf(record).split(".");
      const climbed = labels.map((_, index) => labels.slice(index).join("."));
      if (!climbed.some((name) => covered.has(name)))
        record.report("no CAA record of this program covers the name");
    });
  },
};

function typeOf({ outputs }: Pick<Node, "outputs">): string {
  return (outputs.text("type") ?? "").toUpperCase();
}

function nameOf({ outputs }: Pick<Node, "outputs">): string {
  return (outputs.text("name") ?? "").toLowerCase().replace(/\.$/, "");
}
