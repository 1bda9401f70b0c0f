import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileSchemaText } from "./json-schema";

// `npm run schema`: editors need the file in the checkout, so it is committed; a test says when it is stale.
writeFileSync(join(__dirname, "stack-schema.json"), stackFileSchemaText());
