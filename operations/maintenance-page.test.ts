import { expect, it } from "vitest";
import { renderPage } from "./maintenance-page";

it("shows the operator's text as text", () => {
  const page = renderPage({ message: "Back <b>soon</b> & well", retryAfterSeconds: 30 });
  expect(page).toContain("Back &lt;b&gt;soon&lt;/b&gt; &amp; well");
  expect(page).not.toMatch(/<script|https?:/);
});
