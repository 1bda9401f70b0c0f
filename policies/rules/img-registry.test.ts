import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./img-registry";

const digest = `sha256:${"ab".repeat(32)}`;
const listed = { repositories: ["registry.example.com:5000/team"] };

cases(rule, {
  pass: {
    "the edge's": container({ image: `traefik:v3.6.7@${digest}` }),
    "the database's": container({ image: `postgres:15.13@${digest}` }),
    "an image id": container({ image: digest }),
    "a listed folder": {
      settings: listed,
      of: container({ image: `registry.example.com:5000/team/app:1@${digest}` }),
    },
    "a listed repository": { settings: listed, of: container({ image: "registry.example.com:5000/team" }) },
  },
  fail: {
    "another registry": [container({ image: "evil.example/traefik:v3.6.7" }), "evil.example/traefik"],
    "another owner": container({ image: "evil/traefik" }),
    "a name that begins alike": container({ image: "traefik-evil" }),
    "a folder that begins alike": {
      settings: listed,
      of: container({ image: "registry.example.com:5000/team-evil/app" }),
    },
    "a host that begins alike": {
      settings: listed,
      of: container({ image: "registry.example.com:5000.evil.example/team/app" }),
    },
    "no longer listed": { settings: listed, of: container({ image: `traefik:v3.6.7@${digest}` }) },
    nothing: [container(), "none"],
  },
  unknown: { image: container({ image: UNKNOWN }) },
});
