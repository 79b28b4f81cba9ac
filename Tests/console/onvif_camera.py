"""A camera that answers ONVIF WS-Discovery, and nothing else: `onvif_camera.py ADDRESS SCOPE...`."""

import re
import socket
import sys

GROUP, PORT = "239.255.255.250", 3702
ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">
<s:Header><a:RelatesTo>{question}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch>
<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>{scopes}</d:Scopes>
<d:XAddrs>http://{address}/onvif/device_service</d:XAddrs>
</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"""


def main(address: str, *scopes: str) -> None:
    """Answer every question until somebody ends the program."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as camera:
        camera.bind(("", PORT))
        member = socket.inet_aton(GROUP) + socket.inet_aton(address)
        camera.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        print("listening", flush=True)
        while True:
            question, sender = camera.recvfrom(65_536)
            number = re.search(rb"<a:MessageID>([^<]*)<", question)
            if b"/discovery/Probe<" in question and number:
                answer = ANSWER.format(
                    question=number[1].decode(), scopes=" ".join(scopes), address=address)
                camera.sendto(answer.encode(), sender)


if __name__ == "__main__":
    main(*sys.argv[1:])
