/** The board and its firmware: DMI on PCs (sys/class/dmi/id), the device tree on ARM and RISC-V. */
import { NoDataError } from "../../core/errors.ts";
import { defineInventorySource } from "../../core/inventory.ts";
import { present, valueAt } from "../parse/read.ts";

const DMI = "sys/class/dmi/id";
const TREE = "proc/device-tree";
/** What makers leave in when they forget: no serial number at all. */
const FILLER =
  /^(to be filled by o\.?e\.?m\.?|default string|system serial number|none|0+|not specified|n\/a)$/i;

export const board = defineInventorySource({
  name: "board",
  help: "Maker, model, serial number and firmware of the board, from DMI or the device tree.",
  async find({ host }) {
    const dmi = async (name: string) => {
      const value = await valueAt(host, `${DMI}/${name}`);
      return value === undefined || FILLER.test(value) ? undefined : value;
    };
    const tree = (name: string) => valueAt(host, `${TREE}/${name}`);
    const compatible = (await tree("compatible"))?.split("\0").join(" ");
    const system = present({
      vendor: (await dmi("sys_vendor")) ?? compatible?.split(",")[0],
      model: (await dmi("product_name")) ?? (await tree("model")),
      serial: (await dmi("product_serial")) ?? (await tree("serial-number")),
      uuid: await dmi("product_uuid"),
      firmwareVendor: await dmi("bios_vendor"),
      firmwareVersion: (await dmi("bios_version")) ?? (await tree("chosen/u-boot,version")),
      firmwareDate: await dmi("bios_date"),
    });
    const { vendor, model, serial } = system;
    if (vendor === undefined && model === undefined) {
      throw new NoDataError("this device has neither DMI nor a device tree");
    }
    const properties = present({
      compatible,
      boardVendor: await dmi("board_vendor"),
      boardName: await dmi("board_name"),
      boardVersion: await dmi("board_version"),
      boardSerial: await dmi("board_serial"),
      chassisType: await dmi("chassis_type"),
    });
    const hardware = {
      kind: "board",
      name: "board",
      ...present({ vendor, model, serial, revision: await dmi("product_version") }),
      properties: properties as Record<string, string>,
    } as const;
    return { system, hardware: [hardware] };
  },
});
