"""A gRPC client that knows nothing of ours but the .proto files: python3-grpcio, driven by lines of JSON.

    python_client.py SOCKET PROTOS

in:  {"call":1,"method":"shimservice.v1.TaskService/Run","request":{…}}     timeout: seconds, optional
     {"call":1,"send":{…}}  {"call":1,"done":true}  {"call":1,"cancel":true}
out: {"call":1,"message":{…}} …  then {"call":1,"status":{"code":"OK","message":"","details":[…]}}
"""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory

SOCKET, PROTOS = sys.argv[1:3]
_output = threading.Lock()


def answer(line):
    with _output:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def load_protos():
    names = []
    for folder, _, files in os.walk(PROTOS):
        names += [os.path.relpath(os.path.join(folder, name), PROTOS) for name in files if name.endswith(".proto")]
    with tempfile.TemporaryDirectory() as target:
        # Descriptors, not modules: a package of ours called google would hide protobuf's own.
        out = os.path.join(target, "all.pb")
        subprocess.run(
            ["protoc", "-I", PROTOS, "--include_imports", "--descriptor_set_out", out] + sorted(names), check=True)
        from google.protobuf import descriptor_pb2
        with open(out, "rb") as binary:
            every = descriptor_pb2.FileDescriptorSet.FromString(binary.read())
    pool = descriptor_pool.DescriptorPool()
    for one in every.file:
        pool.Add(one)
    return pool


POOL = load_protos()
FACTORY = message_factory.MessageFactory(POOL)


def message_type(descriptor):
    return FACTORY.GetPrototype(descriptor)


class Calls:
    def __init__(self):
        self._channel = grpc.insecure_channel("unix:" + SOCKET)
        self._open = {}

    def start(self, line):
        service, name = line["method"].split("/")
        method = POOL.FindServiceByName(service).FindMethodByName(name)
        kind = (method.client_streaming, method.server_streaming)
        make = {
            (False, False): self._channel.unary_unary,
            (False, True): self._channel.unary_stream,
            (True, False): self._channel.stream_unary,
            (True, True): self._channel.stream_stream,
        }[kind]
        call = make(
            "/" + line["method"],
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=message_type(method.output_type).FromString)
        if method.client_streaming:
            sent = queue.Queue()
            parse = lambda value: json_format.ParseDict(value, message_type(method.input_type)(), descriptor_pool=POOL)
            if line.get("request") is not None:
                sent.put(parse(line["request"]))
            request = iter(sent.get, None)
            self._open[line["call"]] = [None, sent, parse]
        else:
            request = json_format.ParseDict(
                line["request"], message_type(method.input_type)(), descriptor_pool=POOL)
            self._open[line["call"]] = [None, None, None]
        threading.Thread(
            target=self._run, args=(line["call"], call, request, kind, line.get("timeout")), daemon=True).start()

    def more(self, line):
        entry = self._open.get(line["call"])
        if entry is None:
            return
        if "send" in line:
            entry[1].put(entry[2](line["send"]))
        if line.get("done"):
            entry[1].put(None)
        if line.get("cancel") and entry[0] is not None:
            entry[0].cancel()

    def _run(self, number, call, request, kind, timeout):
        try:
            if kind[1]:
                opened = call(request, timeout=timeout)
                self._open[number][0] = opened
                for message in opened:
                    self._message(number, message)
            else:
                self._message(number, call(request, timeout=timeout))
            status = {"code": "OK", "message": "", "details": []}
        except grpc.RpcError as error:
            status = {"code": error.code().name, "message": error.details(), "details": self._details(error)}
        finally:
            entry = self._open.pop(number, None)
            if entry and entry[1] is not None:
                entry[1].put(None)
        answer({"call": number, "status": status})

    @staticmethod
    def _message(number, message):
        answer({"call": number, "message": json_format.MessageToDict(message, descriptor_pool=POOL)})

    @staticmethod
    def _details(error):
        for name, value in error.trailing_metadata() or ():
            if name == "grpc-status-details-bin":
                status = message_type(POOL.FindMessageTypeByName("google.rpc.Status")).FromString(value)
                found = []
                for packed in status.details:
                    full = packed.type_url.rsplit("/", 1)[1]
                    message = message_type(POOL.FindMessageTypeByName(full)).FromString(packed.value)
                    found.append({"@type": full, **json_format.MessageToDict(message, descriptor_pool=POOL)})
                return found
        return []


def main():
    calls = Calls()
    answer({"ready": True})
    for text in sys.stdin:
        line = json.loads(text)
        if "method" in line:
            calls.start(line)
        else:
            calls.more(line)


main()
