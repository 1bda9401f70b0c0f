import { afterEach, expect, it, vi } from "vitest";
import { offsiteListing } from "./fetch";
import { Repository, type Snapshot } from "./restic";

vi.mock("node:fs", async (original) => ({ ...(await original()), writeFileSync: () => undefined }));

const request = {
  target: { host: "offsite", port: 22, user: "vault" },
  key: "",
  hostKey: "ssh-ed25519 AAAA",
  stack: "test",
};
const ID = "000012-20260301T040000Z";
const OWN: Snapshot = {
  id: "ab".repeat(32),
  time: "2026-03-01T04:00:00Z",
  paths: [`/var/lib/strongroom/store/${ID}.dump.age`, `/var/lib/strongroom/store/${ID}.json`],
  tags: [ID],
  hostname: "test",
};

afterEach(() => void vi.restoreAllMocks());

it("lists backups and exports of a stack, whatever order a snapshot's tags are in", async () => {
  const id = `settings-${ID}`;
  const paths = [
    `/var/lib/strongroom/settings/${id}.json`,
    `/var/lib/strongroom/settings/${id}.tar.age`,
  ] as const;
  vi.spyOn(Repository.prototype, "snapshots").mockResolvedValue([
    OWN,
    { ...OWN, paths: [...paths], tags: ["settings", id] },
  ]);
  expect(await offsiteListing(request)).toEqual([
    { id: ID, version: OWN.id, object: OWN.paths[0], receipt: OWN.paths[1] },
    { id, version: OWN.id, object: paths[1], receipt: paths[0] },
  ]);
});

it.each<[string, Partial<Snapshot>]>([
  ["a path that is an option", { paths: ["--password-command=touch /tmp/x;.age", OWN.paths[1]!] }],
  ["a path with more in it than ours", { paths: [OWN.paths[0]!, `/x y/${ID}.json`] }],
  ["a path that leads upwards", { paths: [`/var/../etc/${ID}.dump.age`, OWN.paths[1]!] }],
  ["a file of another backup", { paths: ["/x/000013-20260301T040000Z.dump.age", OWN.paths[1]!] }],
  ["a tag that is no id", { tags: ["../../x"] }],
  ["no tag", { tags: [] }],
  ["a snapshot's id that is none", { id: "--help" }],
])("leaves out a snapshot with %s", async (_, foreign) => {
  vi.spyOn(Repository.prototype, "snapshots").mockResolvedValue([{ ...OWN, ...foreign }]);
  expect(await offsiteListing(request)).toEqual([]);
});
