import { describe, expect, it } from "vitest";
import { isVerifierOf, scramVerifier } from "./scram";

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

describe("isVerifierOf", () => {
  it("knows a verifier of the password, whatever its salt, and no other", () => {
    expect(isVerifierOf(scramVerifier("pencil"), "pencil")).toBe(true);
    expect(isVerifierOf(scramVerifier("pen"), "pencil")).toBe(false);
    expect(isVerifierOf(scramVerifier("pencil").replace("$4096:", "$1:"), "pencil")).toBe(false);
    expect(isVerifierOf("md5abc", "pencil")).toBe(false);
  });
});
