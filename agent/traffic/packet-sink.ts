/** Where packets go, from wherever they come. No object a packet: a million of them pass in half a second. */
export interface PacketSink {
  /**
   * One captured packet, whose bytes begin at `at` of `view` and are used before this returns.
   * @param us epoch microseconds, whole
   * @param link one of abi.LINK_
   */
  putPacket(
    us: number,
    view: DataView,
    at: number,
    capturedBytes: number,
    wireBytes: number,
    iface: number,
    link: number,
  ): void;
}
