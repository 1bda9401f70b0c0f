import { describe, expect, it } from "vitest";
import { scramVerifier } from "./scram";

describe("scramVerifier", () => {
  it("gives what RFC 7677's example derives", () => {
    const verifier = scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"));
    expect(verifier).toBe(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });

  it("salts, so that equal passwords look different", () => {
    expect(scramVerifier("same")).not.toBe(scramVerifier("same"));
  });
});
