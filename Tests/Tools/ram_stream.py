"""Writes a migration stream with so many MiB of pages to standard output, page by page.

usage: ram_stream.py MIB
"""
import struct
import sys

size = int(sys.argv[1]) << 20
block = b"\x04pc.m"
out = sys.stdout.buffer
footer = b"\x7e" + struct.pack(">I", 2)
out.write(b"QEVM" + struct.pack(">I", 3))
out.write(b"\x07" + struct.pack(">I", 8) + b"virt-7.2")
out.write(b"\x01" + struct.pack(">I", 2) + b"\x03ram" + struct.pack(">II", 0, 4))
out.write(struct.pack(">Q", size | 4) + block + struct.pack(">QQ", size, 0x10) + footer)
out.write(b"\x02" + struct.pack(">I", 2))
page = bytes(range(256)) * 16
out.write(struct.pack(">Q", 0x08) + block + page)
for address in range(4096, size, 4096):
    out.write(struct.pack(">Q", address | 0x28) + page)
out.write(struct.pack(">Q", 0x10) + footer)
out.write(b"\x03" + struct.pack(">IQ", 2, 0x10) + footer)
out.write(b"\x04" + struct.pack(">I", 0) + b"\x05timer" + struct.pack(">II", 0, 2) + bytes(8))
out.write(b"\x7e" + struct.pack(">I", 0) + b"\x00")
text = (
    b'{"page_size": 4096, "devices": [{"name": "timer", "instance_id": 0, "version": 2, '
    b'"fields": [{"name": "offset", "type": "uint64", "size": 8}]}]}'
)
out.write(b"\x06" + struct.pack(">I", len(text)) + text)
