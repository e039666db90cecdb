BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'nabolan.station','m001_first_tables','2026-11-22 01:38:06.973033+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'nabolan.station','m002_holds_pins_retention_and_two_slots','2026-11-22 04:19:11.384340+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'nabolan.station','m003_changes_page_by_page','2026-11-22 07:02:55.065053+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'nabolan.station','m004_looking_around','2026-11-22 07:41:06.874026+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'nabolan.station','m005_fewer_pages_to_a_commit','2026-11-22 07:48:31.921125+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'nabolan.station','m006_loans_of_the_unit_before','2026-11-22 07:58:57.320417+00:00');
CREATE TABLE about (
        subject TEXT, epoch INTEGER, seq INTEGER, kind TEXT NOT NULL, patron_ref TEXT NOT NULL, closed_epoch INTEGER,
        closed_seq INTEGER, PRIMARY KEY (subject, epoch, seq)) WITHOUT ROWID;
INSERT INTO "about" VALUES('00000000000000000000000000000002',1,2,'loan','1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1,5);
INSERT INTO "about" VALUES('00000000000000000000000000000003',1,3,'loan','1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',NULL,NULL);
INSERT INTO "about" VALUES('00000000000000000000000000000004',1,4,'loan','1:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',NULL,NULL);
INSERT INTO "about" VALUES('0000000000000000000000000000000a',1,10,'loan','1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',NULL,NULL);
INSERT INTO "about" VALUES('0000000000000000000000000000000c',1,12,'loan','1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',1,13);
CREATE TABLE acknowledgement (epoch INTEGER, seq INTEGER, at_ms INTEGER NOT NULL, PRIMARY KEY (epoch, seq));
INSERT INTO "acknowledgement" VALUES(1,5,1795345291000);
CREATE TABLE card (
        slot INTEGER, patron_ref TEXT, blocked INTEGER, expires TEXT, category TEXT, age_from INTEGER, trainings TEXT,
        staff INTEGER, PRIMARY KEY (slot, patron_ref)) WITHOUT ROWID;
INSERT INTO "card" VALUES(0,'1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "card" VALUES(0,'1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "card" VALUES(0,'1:dddddddddddddddddddddddddddddddd',1,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE category (
        slot INTEGER, category_id TEXT, place INTEGER, content TEXT, PRIMARY KEY (slot, category_id));
INSERT INTO "category" VALUES(0,'tools',0,'{"id": "tools", "name": {"en": "Tools", "nb": "Verktøy"}, "icon": "hammer", "drawing": "hammer", "tint": "#EFE9DC"}');
CREATE TABLE copy (
        slot INTEGER, code TEXT, times_lent INTEGER NOT NULL, checked_on TEXT, PRIMARY KEY (slot, code));
CREATE TABLE ended_loan (
        slot INTEGER, loan TEXT, item TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (slot, loan));
INSERT INTO "ended_loan" VALUES(0,'0000000000000000000000000000000f','0400000002',1795345280000);
CREATE TABLE figures (slot INTEGER, station TEXT, content TEXT NOT NULL, PRIMARY KEY (slot, station));
CREATE TABLE hold (
        slot INTEGER, hold_id TEXT, thing TEXT, patron_ref TEXT, until TEXT, item TEXT, code_hash TEXT,
        PRIMARY KEY (slot, hold_id));
CREATE TABLE hold_ended (hold_id TEXT PRIMARY KEY);
INSERT INTO "hold_ended" VALUES('eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee');
CREATE TABLE hold_here (hold_id TEXT PRIMARY KEY, thing TEXT, patron_ref TEXT, until TEXT, item TEXT);
CREATE TABLE item (
        slot INTEGER, code TEXT, thing TEXT, category TEXT, home TEXT, content TEXT, PRIMARY KEY (slot, code));
INSERT INTO "item" VALUES(0,'0301082412','drill','tools','tøyen','{"code": "0301082412", "thing": "drill", "name": {"en": "drill", "nb": "drill"}, "definite": {"en": "the drill", "nb": "drill"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "tøyen", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": [{"id": "part-0", "name": {"en": "part 0", "nb": "del 0"}, "essential": true, "drawing": null}, {"id": "part-1", "name": {"en": "part 1", "nb": "del 1"}, "essential": true, "drawing": null}, {"id": "part-2", "name": {"en": "part 2", "nb": "del 2"}, "essential": true, "drawing": null}]}');
INSERT INTO "item" VALUES(0,'0301082413','hammer','tools','tøyen','{"code": "0301082413", "thing": "hammer", "name": {"en": "hammer", "nb": "hammer"}, "definite": {"en": "the hammer", "nb": "hammer"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "tøyen", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": []}');
INSERT INTO "item" VALUES(0,'0301082414','saw','tools','tøyen','{"code": "0301082414", "thing": "saw", "name": {"en": "saw", "nb": "sag"}, "definite": {"en": "the saw", "nb": "sag"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "tøyen", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": [{"id": "part-0", "name": {"en": "part 0", "nb": "del 0"}, "essential": true, "drawing": null}]}');
INSERT INTO "item" VALUES(0,'0301082415','tent','tools','grorud','{"code": "0301082415", "thing": "tent", "name": {"en": "tent", "nb": "telt"}, "definite": {"en": "the tent", "nb": "telt"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "grorud", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": [{"id": "part-0", "name": {"en": "part 0", "nb": "del 0"}, "essential": true, "drawing": null}, {"id": "part-1", "name": {"en": "part 1", "nb": "del 1"}, "essential": true, "drawing": null}]}');
INSERT INTO "item" VALUES(0,'0400000000','hammer','tools','tøyen','{"code": "0400000000", "thing": "hammer", "name": {"en": "hammer", "nb": "hammer"}, "definite": {"en": "the hammer", "nb": "hammer"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "tøyen", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": []}');
INSERT INTO "item" VALUES(0,'0400000001','hammer','tools','tøyen','{"code": "0400000001", "thing": "hammer", "name": {"en": "hammer", "nb": "hammer"}, "definite": {"en": "the hammer", "nb": "hammer"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "tøyen", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": []}');
INSERT INTO "item" VALUES(0,'0400000002','hammer','tools','tøyen','{"code": "0400000002", "thing": "hammer", "name": {"en": "hammer", "nb": "hammer"}, "definite": {"en": "the hammer", "nb": "hammer"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "tøyen", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": []}');
INSERT INTO "item" VALUES(0,'0400000003','hammer','tools','tøyen','{"code": "0400000003", "thing": "hammer", "name": {"en": "hammer", "nb": "hammer"}, "definite": {"en": "the hammer", "nb": "hammer"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "tøyen", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": []}');
INSERT INTO "item" VALUES(0,'0400000004','hammer','tools','tøyen','{"code": "0400000004", "thing": "hammer", "name": {"en": "hammer", "nb": "hammer"}, "definite": {"en": "the hammer", "nb": "hammer"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "tøyen", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": []}');
INSERT INTO "item" VALUES(0,'0400000005','hammer','tools','tøyen','{"code": "0400000005", "thing": "hammer", "name": {"en": "hammer", "nb": "hammer"}, "definite": {"en": "the hammer", "nb": "hammer"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "tøyen", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": []}');
INSERT INTO "item" VALUES(0,'0400000006','hammer','tools','tøyen','{"code": "0400000006", "thing": "hammer", "name": {"en": "hammer", "nb": "hammer"}, "definite": {"en": "the hammer", "nb": "hammer"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "tøyen", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": []}');
INSERT INTO "item" VALUES(0,'0400000007','hammer','tools','tøyen','{"code": "0400000007", "thing": "hammer", "name": {"en": "hammer", "nb": "hammer"}, "definite": {"en": "the hammer", "nb": "hammer"}, "yours": {"en": "your", "nb": "din"}, "category": "tools", "home": "tøyen", "loan_days": 14, "risk_class": "A", "drawing": "hammer", "tint": "#EFE9DC", "shelf": "", "buy_kroner": null, "parts": []}');
CREATE TABLE item_state (
        item TEXT PRIMARY KEY, place TEXT, shelf TEXT NOT NULL, condition TEXT NOT NULL, missing TEXT NOT NULL,
        times_lent INTEGER NOT NULL, last_loan TEXT, back_epoch INTEGER, back_seq INTEGER, back_ms INTEGER)
        WITHOUT ROWID;
INSERT INTO "item_state" VALUES('0301082412','tøyen','free','missing','["part-1"]',1,'00000000000000000000000000000002',1,5,1795345240000);
INSERT INTO "item_state" VALUES('0301082413',NULL,'out','ok','[]',1,'00000000000000000000000000000003',NULL,NULL,NULL);
INSERT INTO "item_state" VALUES('0301082414',NULL,'out','ok','[]',1,'0000000000000000000000000000000a',NULL,NULL,NULL);
INSERT INTO "item_state" VALUES('0301082415',NULL,'out','ok','[]',1,'00000000000000000000000000000004',NULL,NULL,NULL);
INSERT INTO "item_state" VALUES('0400000001','tøyen','free','ok','[]',1,'0000000000000000000000000000000c',NULL,NULL,NULL);
INSERT INTO "item_state" VALUES('0999999999','tøyen','free','ok','[]',0,NULL,1,11,1795345280000);
CREATE TABLE journal (
        epoch INTEGER NOT NULL, seq INTEGER NOT NULL, entry_id TEXT NOT NULL, kind TEXT NOT NULL, item TEXT,
        hash TEXT NOT NULL, covered TEXT NOT NULL, place INTEGER PRIMARY KEY);
INSERT INTO "journal" VALUES(1,1,'00000000000000000000000000000001','started',NULL,'df4c320b4987a6dfd6d8ce59d34178553386b7e564472603a57fd8fc30141a48','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3600000,"wall":1795345200000},"body":{"software":"nabolan/0.1.0","unclean":false},"commitment":null,"epoch":1,"id":"00000000000000000000000000000001","kind":"started","prev":"0000000000000000000000000000000000000000000000000000000000000000","seq":1,"station":"tøyen","v":1}',1099511627777);
INSERT INTO "journal" VALUES(1,2,'00000000000000000000000000000002','loan','0301082412','d7edaee945ed4ca343061ff2af48750bdf8aaf8eb069badc275e2ceebad490dd','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3610000,"wall":1795345210000},"body":{"due":"2026-12-06","item":"0301082412","parts":[["part-0","here"],["part-1","missing"],["part-2","here"]],"provisional":false,"rules_version":7},"commitment":"7daa793b46b77b9791880a67d63684054af0b7eff3eec445526372281093dbd9","epoch":1,"id":"00000000000000000000000000000002","kind":"loan","prev":"df4c320b4987a6dfd6d8ce59d34178553386b7e564472603a57fd8fc30141a48","seq":2,"station":"tøyen","v":1}',1099511627778);
INSERT INTO "journal" VALUES(1,3,'00000000000000000000000000000003','loan','0301082413','a37fea1984fb238b7e1ac5fcf791b981f2f40e6cb4ddb8774cec07ba1e13719d','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3620000,"wall":1795345220000},"body":{"due":"2026-12-06","item":"0301082413","parts":[],"provisional":false,"rules_version":7},"commitment":"ee8fa898ef8298eb036e28897727c44d2386a87cce1baad4e954e50db2987689","epoch":1,"id":"00000000000000000000000000000003","kind":"loan","prev":"d7edaee945ed4ca343061ff2af48750bdf8aaf8eb069badc275e2ceebad490dd","seq":3,"station":"tøyen","v":1}',1099511627779);
INSERT INTO "journal" VALUES(1,4,'00000000000000000000000000000004','loan','0301082415','73f41dcb0ab1166a973eaeb052e1c3bcd7a0bfdadd2fd6acfb3c42ab218580b0','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3630000,"wall":1795345230000},"body":{"due":"2026-12-06","item":"0301082415","parts":[],"provisional":true,"rules_version":0},"commitment":"877afd4b7805590f496d6fadfe5fa5c70ca750560322719f8aee7489f8cdc863","epoch":1,"id":"00000000000000000000000000000004","kind":"loan","prev":"a37fea1984fb238b7e1ac5fcf791b981f2f40e6cb4ddb8774cec07ba1e13719d","seq":4,"station":"tøyen","v":1}',1099511627780);
INSERT INTO "journal" VALUES(1,5,'00000000000000000000000000000005','return','0301082412','a00d6c38476ba96b79eb72cccec8c6ca7ccb0bbe949ce71077e247aedac33ab7','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3640000,"wall":1795345240000},"body":{"item":"0301082412","loan":"00000000000000000000000000000002","undo":false},"commitment":null,"epoch":1,"id":"00000000000000000000000000000005","kind":"return","prev":"73f41dcb0ab1166a973eaeb052e1c3bcd7a0bfdadd2fd6acfb3c42ab218580b0","seq":5,"station":"tøyen","v":1}',1099511627781);
INSERT INTO "journal" VALUES(1,6,'00000000000000000000000000000006','condition','0301082412','9d541ee4aa9971f487eef5c642b98d2a318f417115c07885ca838ffc65637684','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3650000,"wall":1795345250000},"body":{"about":"00000000000000000000000000000005","answer":"missing","item":"0301082412","missing":["part-1"]},"commitment":null,"epoch":1,"id":"00000000000000000000000000000006","kind":"condition","prev":"a00d6c38476ba96b79eb72cccec8c6ca7ccb0bbe949ce71077e247aedac33ab7","seq":6,"station":"tøyen","v":1}',1099511627782);
INSERT INTO "journal" VALUES(1,7,'00000000000000000000000000000007','refusal',NULL,'9d93f0b4f64f45a02f259e8a9d9b7524a4f7b8d0a19e99fd5b1d48e7c16973d7','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3660000,"wall":1795345260000},"body":{"item":null,"reason":"card_blocked"},"commitment":null,"epoch":1,"id":"00000000000000000000000000000007","kind":"refusal","prev":"9d541ee4aa9971f487eef5c642b98d2a318f417115c07885ca838ffc65637684","seq":7,"station":"tøyen","v":1}',1099511627783);
INSERT INTO "journal" VALUES(1,8,'00000000000000000000000000000008','device',NULL,'c9986296815bddf09ed811d24ed30ad1c1ccc5e7d69982ce9852f5e568e0dab1','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3660000,"wall":1795345260000},"body":{"device":"scanner","reason":"unplugged","up":false},"commitment":null,"epoch":1,"id":"00000000000000000000000000000008","kind":"device","prev":"9d93f0b4f64f45a02f259e8a9d9b7524a4f7b8d0a19e99fd5b1d48e7c16973d7","seq":8,"station":"tøyen","v":1}',1099511627784);
INSERT INTO "journal" VALUES(1,9,'00000000000000000000000000000009','clock',NULL,'af24dc55e4ac2d8f5ae277f7f907fd825d23a1e27628463cc9599832094c4c47','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3660000,"wall":1795345260000},"body":{"by_ms":5000,"synced":true},"commitment":null,"epoch":1,"id":"00000000000000000000000000000009","kind":"clock","prev":"c9986296815bddf09ed811d24ed30ad1c1ccc5e7d69982ce9852f5e568e0dab1","seq":9,"station":"tøyen","v":1}',1099511627785);
INSERT INTO "journal" VALUES(1,10,'0000000000000000000000000000000a','loan','0301082414','43434295dd23440be83c4f5262d51fe9ed1f8f8f869e3b071bafb3fd5a865750','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3670000,"wall":1795345270000},"body":{"due":"2026-12-06","item":"0301082414","parts":[],"provisional":false,"rules_version":0},"commitment":"20cafe4f5ea7603037eb7bffa6d65268fed688d0ca560b534476b85269918b39","epoch":1,"id":"0000000000000000000000000000000a","kind":"loan","prev":"af24dc55e4ac2d8f5ae277f7f907fd825d23a1e27628463cc9599832094c4c47","seq":10,"station":"tøyen","v":1}',1099511627786);
INSERT INTO "journal" VALUES(1,11,'0000000000000000000000000000000b','return','0999999999','89815671a07a496cd9e10a1a8c0753a2f9e41a25eacb0c4d7fbdc2a726764349','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3680000,"wall":1795345280000},"body":{"item":"0999999999","loan":null,"undo":false},"commitment":null,"epoch":1,"id":"0000000000000000000000000000000b","kind":"return","prev":"43434295dd23440be83c4f5262d51fe9ed1f8f8f869e3b071bafb3fd5a865750","seq":11,"station":"tøyen","v":1}',1099511627787);
INSERT INTO "journal" VALUES(1,12,'0000000000000000000000000000000c','loan','0400000001','945d48edd6c3b1dd49c24580fe49c28e67bc427f99ad9b16ec5744753e713118','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3690000,"wall":1795345290000},"body":{"due":"2026-12-06","item":"0400000001","parts":[],"provisional":false,"rules_version":0},"commitment":"fe3058638664ed1615ec888500767f3b2802101d013f3393856f5201cf936d0e","epoch":1,"id":"0000000000000000000000000000000c","kind":"loan","prev":"89815671a07a496cd9e10a1a8c0753a2f9e41a25eacb0c4d7fbdc2a726764349","seq":12,"station":"tøyen","v":1}',1099511627788);
INSERT INTO "journal" VALUES(1,13,'0000000000000000000000000000000d','return','0400000001','f86f00f1035692146f93b1ec8791ef9b5967bf3b50a3fb09ae2457210795c546','{"at":{"boot":"00000000000000000000000000000001","synced":true,"up":3691000,"wall":1795345291000},"body":{"item":"0400000001","loan":"0000000000000000000000000000000c","undo":true},"commitment":null,"epoch":1,"id":"0000000000000000000000000000000d","kind":"return","prev":"945d48edd6c3b1dd49c24580fe49c28e67bc427f99ad9b16ec5744753e713118","seq":13,"station":"tøyen","v":1}',1099511627789);
CREATE TABLE loan (
        item TEXT, place INTEGER, entry_id TEXT NOT NULL, patron_ref TEXT, station TEXT, seq INTEGER, lent_ms INTEGER,
        due TEXT, provisional INTEGER, renewals INTEGER NOT NULL, PRIMARY KEY (item, place)) WITHOUT ROWID;
INSERT INTO "loan" VALUES('0301082413',1099511627779,'00000000000000000000000000000003','1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','tøyen',3,1795345220000,'2026-12-06',0,0);
INSERT INTO "loan" VALUES('0301082414',1099511627786,'0000000000000000000000000000000a','1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','tøyen',10,1795345270000,'2026-12-06',0,0);
INSERT INTO "loan" VALUES('0301082415',1099511627780,'00000000000000000000000000000004','1:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee','tøyen',4,1795345230000,'2026-12-06',1,0);
CREATE TABLE lost (epoch INTEGER, first INTEGER, last INTEGER, hash TEXT, PRIMARY KEY (epoch, first));
CREATE TABLE message (slot INTEGER, message_id TEXT, content TEXT NOT NULL, PRIMARY KEY (slot, message_id));
INSERT INTO "message" VALUES(0,'closed-friday','{"id": "closed-friday", "words": {"nb": "Stengt fredag", "en": "Closed on Friday"}, "first": "2026-11-20", "last": "2026-12-31"}');
CREATE TABLE "meta" (
   "name" TEXT PRIMARY KEY,
   "value" TEXT NOT NULL
);
INSERT INTO "meta" VALUES('feed_version','7');
INSERT INTO "meta" VALUES('feed_made_ms','1795345200000');
INSERT INTO "meta" VALUES('station_name','Tøyen');
INSERT INTO "meta" VALUES('rules','{"version": 7, "loan_limit": 5, "provisional_limit": 1, "idle_seconds": 60, "done_seconds": 8, "done_more_seconds": 4, "phone": "23 43 29 00", "time_zone": "Europe/Oslo"}');
INSERT INTO "meta" VALUES('acknowledged_1','5');
INSERT INTO "meta" VALUES('stale','0');
INSERT INTO "meta" VALUES('feed_cursor','c25');
INSERT INTO "meta" VALUES('running','1');
CREATE TABLE "open_visit" (
   "id" INTEGER PRIMARY KEY,
   "trace" TEXT NOT NULL,
   "wall_ms" INTEGER
);
INSERT INTO "open_visit" VALUES(1,'{"lines": [["0301082414", "lent", "0000000000000000000000000000000a", "2026-12-06"]], "pending": "0400000000"}',1795345270000);
CREATE TABLE personal (
        epoch INTEGER NOT NULL, seq INTEGER NOT NULL, personal TEXT NOT NULL, salt TEXT NOT NULL,
        place INTEGER PRIMARY KEY);
INSERT INTO "personal" VALUES(1,2,'{"patron_ref":"1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","sealed_card":null}','00000000000000000000000000000001',1099511627778);
INSERT INTO "personal" VALUES(1,3,'{"patron_ref":"1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","sealed_card":null}','00000000000000000000000000000002',1099511627779);
INSERT INTO "personal" VALUES(1,4,'{"patron_ref":"1:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","sealed_card":"c2VhbGVk"}','00000000000000000000000000000003',1099511627780);
INSERT INTO "personal" VALUES(1,10,'{"patron_ref":"1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","sealed_card":null}','00000000000000000000000000000004',1099511627786);
INSERT INTO "personal" VALUES(1,12,'{"patron_ref":"1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","sealed_card":null}','00000000000000000000000000000005',1099511627788);
CREATE TABLE pin_verifier (
        patron_ref TEXT PRIMARY KEY, salt BLOB NOT NULL, verifier BLOB NOT NULL, until_ms INTEGER NOT NULL);
CREATE TABLE place (slot INTEGER, place_id TEXT, content TEXT NOT NULL, PRIMARY KEY (slot, place_id));
CREATE TABLE thing_page (slot INTEGER, thing TEXT, content TEXT NOT NULL, PRIMARY KEY (slot, thing));
CREATE TABLE told_end (loan TEXT PRIMARY KEY);
CREATE TABLE told_loan (
        slot INTEGER, loan TEXT, item TEXT NOT NULL, patron_ref TEXT, lent_ms INTEGER NOT NULL, due TEXT NOT NULL,
        provisional INTEGER NOT NULL, renewals INTEGER NOT NULL, PRIMARY KEY (slot, loan));
INSERT INTO "told_loan" VALUES(0,'ffffffffffffffffffffffffffffffff','0400000003','1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1795000000000,'2026-12-06',0,0);
CREATE TABLE told_renewal (
        epoch INTEGER, seq INTEGER, loan TEXT NOT NULL, due TEXT NOT NULL, PRIMARY KEY (epoch, seq));
CREATE TABLE "verdict" (
   "entry_id" TEXT PRIMARY KEY,
   "seq" INTEGER,
   "verdict" TEXT NOT NULL,
   "reason" TEXT
);
INSERT INTO "verdict" VALUES('00000000000000000000000000000003',3,'quarantined','an odd one');
CREATE TABLE wrong_try (who TEXT PRIMARY KEY, tries INTEGER NOT NULL, at_ms INTEGER NOT NULL);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX item_thing ON item (slot, thing);
CREATE INDEX item_home ON item (slot, home);
CREATE INDEX hold_thing ON hold (slot, thing);
CREATE INDEX hold_patron_ref ON hold (slot, patron_ref);
CREATE INDEX loan_patron_ref ON loan (patron_ref);
CREATE INDEX item_state_waits ON item_state (place) WHERE shelf IN ('left', 'stopped');
CREATE INDEX about_closed ON about (closed_epoch, closed_seq) WHERE closed_seq IS NOT NULL;
CREATE INDEX told_loan_item ON told_loan (slot, item);
CREATE INDEX told_loan_patron_ref ON told_loan (slot, patron_ref);
CREATE INDEX told_renewal_loan ON told_renewal (loan);
COMMIT;
