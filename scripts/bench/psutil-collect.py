"""AWS's way, for comparison: what its Python sample agent for Device Defender asks of psutil.

One collection per line on stdin; answers with its wall time in milliseconds and the connections seen.
Like the agent (aws-iot-device-defender-agent-sdk-python, collector.py) it walks the sockets twice, once
for the ports and once for the connections, and looks every local address up by asking net_if_addrs for
the names and again for each interface on the way. What the agent then does to its lists is left out.
"""

import socket
import sys
import time

import psutil


def interface_of(address):
    if address in ("0.0.0.0", "::"):
        return address
    for name in psutil.net_if_addrs():
        if any(one.address == address for one in psutil.net_if_addrs()[name]):
            return name
    return None


def collect():
    traffic = psutil.net_io_counters(pernic=False)
    tcp_ports, udp_ports, connections = [], [], []
    for one in psutil.net_connections(kind="inet"):
        interface = interface_of(one.laddr.ip)
        if one.type == socket.SOCK_DGRAM:
            udp_ports.append((one.laddr.port, interface))
        elif one.status == psutil.CONN_LISTEN:
            tcp_ports.append((one.laddr.port, interface))
    for one in psutil.net_connections(kind="tcp"):
        if one.status == psutil.CONN_ESTABLISHED:
            interface = interface_of(one.laddr.ip)
            connections.append((f"{one.raddr.ip}:{one.raddr.port}", one.laddr.port, interface))
    return traffic, tcp_ports, udp_ports, connections


for _ in sys.stdin:
    start = time.perf_counter()
    established = len(collect()[3])
    print(1000 * (time.perf_counter() - start), established, flush=True)
