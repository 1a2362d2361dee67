// The tables that the server gives a page, for modules that run without a page. Import this file
// before them. tests/test_page_tables.py compares page-tables.json with the server.

import { readFileSync } from "node:fs";
import { pageData } from "../../static/js/page/page-data.js";

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));

globalThis.document ??= { getElementById: () => null };
const { causes, ...tables } = read("page-tables.json");
Object.assign(pageData(), tables);

/** The page is a frame of this provider. @param {string} provider */
export const inFrameOf = (provider) => void (pageData().causes = causes[provider]);
