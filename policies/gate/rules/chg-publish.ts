import { TYPES } from "../../support/types";
import { each, type GateRule } from "../rule";
import { field, objects, text, type Values } from "../values";

const published = (inputs: Values | undefined) =>
  inputs
    ? JSON.stringify([objects(inputs, "ports"), field(inputs, "publishAllPorts") ?? false])
    : "[[],false]";

export const rule: GateRule = {
  id: "chg-publish",
  level: "mandatory",
  why: "A published port is open past the host's own firewall; the database or a service behind the edge would be reachable without it.",
  remedy: "Leave ports to the edge's front.",
  source: "CIS Docker 1.6, 5.8 and 5.9",
  check({ changes }, report) {
    // An edge from before there was a front publishes by itself; that a new one does not is net-publish's to see.
    const outer = ["edge-front", "edge"];
    const inner = changes.filter(
      (change) => change.type === TYPES.container && !outer.includes(change.role ?? ""),
    );
    each(inner, report, (change) => {
      if (!change.after) return;
      const { inputs } = change.after;
      const what = change.role ?? "a container without a role";
      if (published(inputs) !== "[[],false]" && published(inputs) !== published(change.before?.inputs))
        report(change, `\`ports\` would publish ${what} on the host`);
      if (/^(host|container:.*)$/.test(text(inputs, "networkMode")))
        report(change, `\`networkMode\` would put ${what} on another network stack`);
    });
  },
};
