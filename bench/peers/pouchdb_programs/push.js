// Replicates a local database to the server: `node push.js URL FOLDER ENTRIES_FILE ROUNDS EMPTY_ROUNDS`.
// Writes {"entries": N, "seconds": [per round], "empty_ms": [per round]} as its last line.
"use strict";
const fs = require("fs");
const PouchDB = require("pouchdb");

const [url, folder, file, rounds, emptyRounds] = process.argv.slice(2);
// The sender reads and posts as many documents at once as our batches hold; faster here than the built-in 100.
const OPTIONS = { batch_size: 500 };

async function timed(work) {
  const began = process.hrtime.bigint();
  const result = await work();
  return [Number(process.hrtime.bigint() - began) / 1e9, result];
}

async function main() {
  const lines = fs.readFileSync(file, "utf8").trim().split("\n");
  const seconds = [];
  const empty = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    const docs = lines.map((line) => {
      const entry = JSON.parse(line);
      return { _id: entry.id, ...entry };
    });
    const local = new PouchDB(`${folder}/local-${round}`);
    await local.bulkDocs(docs);
    const remote = new PouchDB(`${url}/remote-${round}`);
    await remote.info();
    const [took, result] = await timed(() => local.replicate.to(remote, OPTIONS));
    const there = (await remote.info()).doc_count;
    if (!result.ok || result.docs_written !== docs.length || there !== docs.length) {
      throw new Error(`wrote ${result.docs_written}, the server holds ${there} of ${docs.length}`);
    }
    seconds.push(took);
    for (let again = 0; again < Number(emptyRounds); again += 1) {
      const [none] = await timed(() => local.replicate.to(remote, OPTIONS));
      empty.push(none * 1000);
    }
  }
  console.log(JSON.stringify({ entries: lines.length, seconds, empty_ms: empty }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
