// The tables that a page has from the server, for modules that run without a page. Import this
// file before them. tests/test_vocabulary.py compares vocabulary.json with the server.

import { readFileSync } from "node:fs";
import { pageData } from "../../static/js/page/page-data.js";

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));

globalThis.document ??= { getElementById: () => null };
pageData().vocabulary = read("vocabulary.json");
