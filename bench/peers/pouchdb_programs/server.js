// express-pouchdb over LevelDB: `node server.js FOLDER PORT_FILE`, both absolute.
"use strict";
const fs = require("fs");
const express = require("express");
const PouchDB = require("pouchdb");

const [folder, portFile] = process.argv.slice(2);
const databases = PouchDB.defaults({ prefix: `${folder}/` });
const app = express();
// What replication needs and no more: no log, no user database, no configuration file.
app.use("/", require("express-pouchdb")(databases, { mode: "minimumForPouchDB" }));
const server = app.listen(0, "127.0.0.1", () => fs.writeFileSync(portFile, String(server.address().port)));
process.on("SIGTERM", () => process.exit(0));
