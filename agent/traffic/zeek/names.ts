/** Zeek's names (scripts/base/protocols/modbus/consts.zeek and dnp3/consts.zeek), by their codes. */

export const modbusCodes: readonly string[] = namesAt({
  1: "READ_COILS",
  2: "READ_DISCRETE_INPUTS",
  3: "READ_HOLDING_REGISTERS",
  4: "READ_INPUT_REGISTERS",
  5: "WRITE_SINGLE_COIL",
  6: "WRITE_SINGLE_REGISTER",
  7: "READ_EXCEPTION_STATUS",
  8: "DIAGNOSTICS",
  11: "GET_COMM_EVENT_COUNTER",
  12: "GET_COMM_EVENT_LOG",
  15: "WRITE_MULTIPLE_COILS",
  16: "WRITE_MULTIPLE_REGISTERS",
  17: "REPORT_SLAVE_ID",
  20: "READ_FILE_RECORD",
  21: "WRITE_FILE_RECORD",
  22: "MASK_WRITE_REGISTER",
  23: "READ_WRITE_MULTIPLE_REGISTERS",
  24: "READ_FIFO_QUEUE",
  43: "ENCAP_INTERFACE_TRANSPORT",
});

export const modbusExceptions: readonly string[] = namesAt({
  1: "ILLEGAL_FUNCTION",
  2: "ILLEGAL_DATA_ADDRESS",
  3: "ILLEGAL_DATA_VALUE",
  4: "SLAVE_DEVICE_FAILURE",
  5: "ACKNOWLEDGE",
  6: "SLAVE_DEVICE_BUSY",
  8: "MEMORY_PARITY_ERROR",
  10: "GATEWAY_PATH_UNAVAILABLE",
  11: "GATEWAY_TARGET_DEVICE_FAILED_TO_RESPOND",
});

export const dnp3Codes: Readonly<Record<string, number>> = {
  CONFIRM: 0,
  READ: 1,
  WRITE: 2,
  SELECT: 3,
  OPERATE: 4,
  DIRECT_OPERATE: 5,
  DIRECT_OPERATE_NR: 6,
  IMMED_FREEZE: 7,
  IMMED_FREEZE_NR: 8,
  FREEZE_CLEAR: 9,
  FREEZE_CLEAR_NR: 10,
  FREEZE_AT_TIME: 11,
  FREEZE_AT_TIME_NR: 12,
  COLD_RESTART: 13,
  WARM_RESTART: 14,
  INITIALIZE_DATA: 15,
  INITIALIZE_APPL: 16,
  START_APPL: 17,
  STOP_APPL: 18,
  SAVE_CONFIG: 19,
  ENABLE_UNSOLICITED: 20,
  DISABLE_UNSOLICITED: 21,
  ASSIGN_CLASS: 22,
  DELAY_MEASURE: 23,
  RECORD_CURRENT_TIME: 24,
  OPEN_FILE: 25,
  CLOSE_FILE: 26,
  DELETE_FILE: 27,
  GET_FILE_INFO: 28,
  AUTHENTICATE_FILE: 29,
  ABORT_FILE: 30,
  RESPONSE: 129,
  UNSOLICITED_RESPONSE: 130,
};

function namesAt(names: Readonly<Record<number, string>>): string[] {
  const codes = Object.keys(names).map(Number);
  return Array.from({ length: Math.max(...codes) + 1 }, (_, code) => names[code] ?? "-");
}
