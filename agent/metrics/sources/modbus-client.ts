/** The library's one class that is used; by itself, so that it is loaded only when a register is read. */
import { client } from "jsmodbus";

export const ModbusClient = client.TCP;
