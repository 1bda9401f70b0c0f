import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { withoutSecrets } from "./without-state";

describe("a stack's file without its secrets", () => {
  const file = `
encryptionsalt: v1:abc
secretsprovider: awskms://key
encryptedkey: xyz
config:
  strongroom:stackKey: { secure: one }
  strongroom:dns: { provider: cloudflare, apiToken: { secure: two } }
  strongroom:certificates:
    domains:
      vault.example.com: { mode: custom, key: { secure: three } }
  strongroom:list: [{ secure: four }, { plain: 1 }]
  strongroom:edge: { secure: true, ports: { http: 80 } }
`;
  const { text, encrypted } = withoutSecrets(file);

  it("has nothing that only its secrets manager can read", () => {
    expect(text).not.toMatch(/one|two|three|four|v1:abc|awskms|xyz|stackKey/);
    expect(parse(text)).toMatchObject({
      config: {
        "strongroom:dns": { provider: "cloudflare" },
        "strongroom:certificates": { domains: { "vault.example.com": { mode: "custom" } } },
        "strongroom:edge": { secure: true, ports: { http: 80 } },
      },
    });
  });

  it("says where they were, as the engine takes paths", () => {
    expect(encrypted).toEqual([
      'strongroom:dns["apiToken"]',
      'strongroom:certificates["domains"]["vault.example.com"]["key"]',
      "strongroom:list[0]",
    ]);
  });

  it("may be empty", () => {
    expect(parse(withoutSecrets("").text)).toEqual({ config: {} });
  });
});
