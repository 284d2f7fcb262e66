// SPDX-License-Identifier: Apache-2.0
// What is checked of the documents: that links to files of the tree lead somewhere, and that code
// shown as a whole file is that file.
import { join } from "node:path/posix";

function targetFrom(path, target) {
  return join(path, "..", target);
}

/** Lines inside of code blocks are empty in the copy. */
function withoutCode(lines) {
  let isCode = false;
  return lines.map((line) => {
    const isFence = line.startsWith("```");
    if (isFence) isCode = !isCode;
    return isCode || isFence ? "" : line;
  });
}

/** Links to files of the tree that are not there. `exists` takes a path from the root. */
export function checkLinks(path, lines, exists) {
  return withoutCode(lines).flatMap((line, index) =>
    [...line.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
      .filter(([, target]) => !exists(targetFrom(path, target)))
      .map(([, target]) => ({ line: index + 1, text: `links to ${target}, which is not there` })),
  );
}

/**
 * A paragraph that ends with a file as code, linked (`[`x.cpp`](examples/x.cpp):`, more words may
 * stand before the colon), promises the whole file in the block below it. `read` takes a path from
 * the root.
 */
export function checkQuotes(path, lines, read) {
  return lines.flatMap((line, index) => {
    const target = /\[`[^`]+`\]\(([^)#\s]+)\)[^[\]]*:$/.exec(line)?.[1];
    if (target === undefined || !lines[index + 2]?.startsWith("```")) return [];
    const start = index + 3;
    const end = lines.indexOf("```", start);
    const quoted = `${lines.slice(start, end).join("\n")}\n`;
    if (quoted === read(targetFrom(path, target))) return [];
    return [{ line: index + 1, text: `shows ${target} otherwise than it is` }];
  });
}
