import type { Facts } from "../rule";
import { cases, update } from "../testing/cases";
import { rule } from "./chg-signer";

const [ID, OTHER_ID] = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}`);
const [KEY, OTHER_KEY] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`);
const from = (...origins: Facts["origins"]) => ({ update: update([]), facts: { origins } });
const server = (
  applied: Facts["origins"][0]["applied"],
  next: Facts["origins"][0]["next"],
): Facts["origins"][0] => ({ part: "server", applied, next });

cases(rule, {
  pass: {
    "no image from an archive": from(),
    "the same": from(server({ id: ID, signer: KEY }, { id: ID, signer: KEY })),
    "another archive": from(server({ id: ID, signer: KEY }, { id: OTHER_ID, signer: KEY })),
    "another key": from(server({ id: ID, signer: KEY }, { id: ID, signer: OTHER_KEY })),
    "the first archive": from(server({}, { id: ID, signer: KEY })),
    "nothing applied yet": from(server(undefined, { id: ID, signer: KEY })),
  },
  fail: {
    "archive and key": [
      from(server({ id: ID, signer: KEY }, { id: OTHER_ID, signer: OTHER_KEY })),
      "test: archive and signer of server would change at once",
    ],
    "an archive without a key": [from(server({ id: ID, signer: KEY }, { id: OTHER_ID })), "of server"],
    "one of two": [
      from(server({ id: ID, signer: KEY }, { id: ID, signer: KEY }), {
        part: "edge",
        applied: { id: ID, signer: KEY },
        next: { id: OTHER_ID, signer: OTHER_KEY },
      }),
      "of edge",
    ],
    "a program without a stack": [
      {
        ...from(server({ id: ID, signer: KEY }, { id: OTHER_ID, signer: OTHER_KEY })),
        update: { ...update([]), changes: [] },
      },
      "of server",
    ],
  },
  unjudgeable: "the configuration names ids and keys in clear",
});
