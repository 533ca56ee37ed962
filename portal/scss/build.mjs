// Compiles the style sheet and copies GOV.UK Frontend's own script into var/assets/portal/, where Django's static
// files finder reads them. Nothing built is committed. Run it as `npm run build`.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileAsync } from "sass";

const scss = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(scss));
const packages = join(root, "node_modules");
const target = join(root, "var", "assets", "portal");

await mkdir(target, { recursive: true });

const { css } = await compileAsync(join(scss, "portal.scss"), {
  loadPaths: [packages],
  style: "compressed",
  fatalDeprecations: ["import"],
});
await writeFile(join(target, "portal.css"), css);

// Without its last line, which names a source map that is not served.
const script = await readFile(join(packages, "govuk-frontend", "dist", "govuk", "govuk-frontend.min.js"), "utf8");
await writeFile(join(target, "govuk.js"), script.replace(/\/\/# sourceMappingURL=\S+\s*$/, ""));

console.log(`Style sheet ${(css.length / 1024).toFixed(0)} KB and script written to var/assets/portal/`);
