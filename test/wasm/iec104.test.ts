import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { bytesOf } from "./frames.ts";
import { builds, openCore } from "./harness.ts";
import { answer, ask, connection, meaningsOf, run, tallyOf } from "./plant-wire.ts";
import { conversationsOf } from "./tables.ts";

const test = suite("wasm: IEC 60870-5-104");

const unnumbered = (control: number) => bytesOf(0x68, 4, control, 0, 0, 0);
const supervisory = (received: number) => bytesOf(0x68, 4, 1, 0, received << 1, 0);
/** One object of a type, with a cause, at common address 3 and object address 10. */
const information = (type: number, cause: number, data: number[] = [0]) =>
  bytesOf(0x68, 13 + data.length, 0, 0, 0, 0, type, 1, cause, 0, 3, 0, 10, 0, 0, data);

const pair = "10.0.0.1>10.0.0.2";

for (const build of builds.filter(({ name }) => name !== "nano")) {
  test(`${build.name}: counts the three forms, U functions, types with causes`, () => {
    const core = openCore(build.instantiate());
    run(
      core,
      connection(2404, [
        ask(bytesOf(unnumbered(0x07), unnumbered(0x43))),
        answer(bytesOf(unnumbered(0x0b), unnumbered(0x83))),
        ask(information(45, 6)),
        answer(bytesOf(information(45, 7), information(45, 10), information(1, 3))),
        ask(supervisory(3)),
      ]),
    );
    assert.equal(tallyOf(core), [
      `iec104 ${pair} apci_to_client I: 3`,
      `iec104 ${pair} apci_to_client U: 2`,
      `iec104 ${pair} apci_to_server I: 1`,
      `iec104 ${pair} apci_to_server S: 1`,
      `iec104 ${pair} apci_to_server U: 2`,
      `iec104 ${pair} asdu_to_client type=1 cot=3: 1`,
      `iec104 ${pair} asdu_to_client type=45 cot=10: 1`,
      `iec104 ${pair} asdu_to_client type=45 cot=7: 1`,
      `iec104 ${pair} asdu_to_server type=45 cot=6: 1`,
      `iec104 ${pair} utype_to_client 0x00000002: 1`,
      `iec104 ${pair} utype_to_client 0x00000020: 1`,
      `iec104 ${pair} utype_to_server 0x00000001: 1`,
      `iec104 ${pair} utype_to_server 0x00000010: 1`,
    ]);
  });

  test(`${build.name}: says what is done to whom, and what was refused`, () => {
    const core = openCore(build.instantiate());
    run(
      core,
      connection(2404, [
        ask(bytesOf(information(105, 6), information(58, 6), information(58, 8))),
        answer(bytesOf(information(105, 0x40 | 7), information(58, 47))),
      ]),
    );
    assert.equal(meaningsOf(core), [
      `${pair} common address 3; reset process command; control; restart: 1 0 0`,
      `${pair} common address 3; reset process command; control; restart; negative confirmation, cause 7: 0 0 1`,
      `${pair} common address 3; single command with time, deactivation; write: 1 0 0`,
      `${pair} common address 3; single command with time; write: 1 0 0`,
      `${pair} common address 3; single command with time; write; unknown object address: 0 0 1`,
    ]);
  });

  test(`${build.name}: without a handshake, off its port, U frames say what it is and who asks`, () => {
    const core = openCore(build.instantiate());
    const said = [answer(unnumbered(0x0b)), ask(information(100, 6))];
    run(core, connection(50_000, said, [1460], false));
    assert.equal(tallyOf(core).slice(0, 2), [
      `iec104 ${pair} apci_to_client U: 1`,
      `iec104 ${pair} apci_to_server I: 1`,
    ]);
  });

  test(`${build.name}: behind bytes that make no sense the next APDU is looked for`, () => {
    const core = openCore(build.instantiate());
    const stray = bytesOf(0, 0x68, 0x68, 1);
    const said = [ask(unnumbered(0x07)), ask(bytesOf(stray, information(45, 6), unnumbered(0x43)))];
    run(core, connection(2404, said));
    assert.ok(tallyOf(core).includes(`iec104 ${pair} asdu_to_server type=45 cot=6: 1`));
    assert.ok(tallyOf(core).includes(`iec104 ${pair} apci_to_server U: 2`));
  });

  test(`${build.name}: what only looks like it is left alone`, () => {
    for (const other of [
      bytesOf(0x68, 4, 3, 0, 0, 0), // U with no function
      bytesOf(0x68, 5, 7, 0, 0, 0, 0), // U with something behind it
      bytesOf(0x68, 3, 7, 0, 0), // shorter than control bytes
      bytesOf(0x68, 14, 0, 0, 0, 0, 45, 1, 6, 0, 3, 0, 10, 0, 0, 0), // I, which proves too little
    ]) {
      const core = openCore(build.instantiate());
      run(core, connection(50_000, [ask(other)]));
      assert.equal(tallyOf(core), []);
      const found = conversationsOf(core).find(({ kind }) => kind === "ipv4");
      assert.is(found!.ot, abi.OT_NONE);
    }
  });
}

test.run();
