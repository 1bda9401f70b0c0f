import { cases, container, network, UNKNOWN } from "../testing/cases";
import { rule } from "./net-managed";

const edge = network({ name: "edge-1" }, { name: "edge" });
const fresh = network({ name: UNKNOWN }, { name: "fresh" });
const other = network({ name: UNKNOWN }, { name: "other" });

cases(rule, {
  pass: {
    "by name": [edge, container({ networksAdvanced: [{ name: "edge-1" }] })],
    "two by name": [
      edge,
      network({ name: "db-1" }, { name: "db" }),
      container({ networksAdvanced: [{ name: "edge-1" }, { name: "db-1" }] }),
    ],
    "by a name that is not known yet": [
      fresh,
      container({ networksAdvanced: [{ name: UNKNOWN }] }, { sources: { networksAdvanced: [fresh] } }),
    ],
    "two of them": [
      fresh,
      other,
      container(
        { networksAdvanced: [{ name: UNKNOWN }, { name: UNKNOWN }] },
        { sources: { networksAdvanced: [fresh, other] } },
      ),
    ],
    "no network": [container()],
  },
  fail: {
    "a name that nothing has": [
      [edge, container({ networksAdvanced: [{ name: "edge-1" }, { name: "office" }] })],
      "`networksAdvanced[1].name`",
    ],
    "no name": [network({}, { name: "nameless" }), container({ networksAdvanced: [{}] })],
    "a name that is not known yet and is no network's": [
      fresh,
      container({ networksAdvanced: [{ name: UNKNOWN }] }, { sources: { networksAdvanced: [container()] } }),
    ],
    "more unknown names than networks": [
      [
        fresh,
        container(
          { networksAdvanced: [{ name: UNKNOWN }, { name: UNKNOWN }] },
          { sources: { networksAdvanced: [fresh] } },
        ),
      ],
      "`networksAdvanced[1].name`",
    ],
    "an unknown name beside a network whose name is known": [
      edge,
      container({ networksAdvanced: [{ name: UNKNOWN }] }, { sources: { networksAdvanced: [edge] } }),
    ],
    "a network that another field comes from": [
      fresh,
      container({ networksAdvanced: [{ name: UNKNOWN }] }, { sources: { envs: [fresh] } }),
    ],
  },
  unknown: { "all networks": [edge, container({ networksAdvanced: UNKNOWN })] },
});
