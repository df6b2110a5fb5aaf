"""Tries a conformance server with Debian's python3-grpcio: grpc_client.py SOCKET PROTO_ROOT...

Prints one line for each case: "ok NAME" or "not ok NAME: what went wrong".
"""
import os
import sys
import tempfile
import threading
import traceback
from types import SimpleNamespace

import grpc
import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc


def compile_protos(roots, *files):
    """Messages without generated modules: a folder named grpc would hide the library."""
    roots = roots + [os.path.join(os.path.dirname(grpc_tools.__file__), "_proto")]
    with tempfile.NamedTemporaryFile() as compiled:
        arguments = [f"-I{root}" for root in roots] + ["--include_imports", f"--descriptor_set_out={compiled.name}"]
        assert protoc.main(["protoc", *arguments, *files]) == 0
        files = descriptor_pb2.FileDescriptorSet.FromString(compiled.read()).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    return {file.package: SimpleNamespace(**{
        message.name: factory.GetPrototype(pool.FindMessageTypeByName(f"{file.package}.{message.name}"))
        for one in files if one.package == file.package for message in one.message_type}) for file in files}


api = compile_protos(
    sys.argv[2:], "conformance.proto", "grpc/health/v1/health.proto", "grpc/reflection/v1/reflection.proto",
    "grpc/reflection/v1alpha/reflection.proto", "google/rpc/status.proto", "google/rpc/error_details.proto")
pb = api["shimservice.conformance.v1"]
health_pb2 = api["grpc.health.v1"]
rpc_pb2 = api["google.rpc"]
SERVICE = "/shimservice.conformance.v1.Conformance/"
LIMIT = 60
cases = []


def case(function):
    cases.append(function)
    return function


def unary(channel, method, request, response=None, service=SERVICE, **options):
    call = channel.unary_unary(service + method, type(request).SerializeToString,
                               (response or getattr(pb, method + "Response")).FromString)
    options.setdefault("timeout", LIMIT)
    return call(request, **options)


def fails(code, function, *arguments, **options):
    try:
        function(*arguments, **options)
    except grpc.RpcError as error:
        assert error.code() == code, f"{error.code()} {error.details()!r} instead of {code}"
        return error
    raise AssertionError(f"went well instead of {code}")


@case
def unary_ok(channel):
    answer = unary(channel, "Echo", pb.EchoRequest(text="hällo", data=b"\0\1\2"))
    assert (answer.text, answer.data) == ("hällo", b"\0\1\2")


@case
def unary_empty(channel):
    assert unary(channel, "Echo", pb.EchoRequest()) == pb.EchoResponse()


@case
def unary_large(channel):
    data = bytes(range(256)) * 16000
    assert unary(channel, "Echo", pb.EchoRequest(data=data)).data == data


@case
def unary_unknown_field(channel):
    request = pb.EchoRequestOfTomorrow(text="today", tomorrow="x" * 1000)
    assert unary(channel, "Echo", request).text == "today"


@case
def unary_gzip(channel):
    text = "squeeze me " * 10000
    answer = unary(channel, "Echo", pb.EchoRequest(text=text), compression=grpc.Compression.Gzip)
    assert answer.text == text


@case
def unary_concurrent(channel):
    call = channel.unary_unary(SERVICE + "Echo", pb.EchoRequest.SerializeToString, pb.EchoResponse.FromString)
    futures = [call.future(pb.EchoRequest(text=str(i)), timeout=LIMIT) for i in range(200)]
    assert [future.result().text for future in futures] == [str(i) for i in range(200)]


@case
def error_every_code(channel):
    for code in grpc.StatusCode:
        if code is not grpc.StatusCode.OK:
            error = fails(code, unary, channel, "Fail", pb.FailRequest(code=code.value[0], message="50% naïve\n€ 😀"))
            assert error.details() == "50% naïve\n€ 😀", error.details()


@case
def error_details(channel):
    error = fails(grpc.StatusCode.INVALID_ARGUMENT, unary, channel, "Fail",
                  pb.FailRequest(field="config.args[0]", message="is empty"))
    packed = dict(error.trailing_metadata())["grpc-status-details-bin"]
    status = rpc_pb2.Status.FromString(packed)
    info, bad = rpc_pb2.ErrorInfo(), rpc_pb2.BadRequest()
    assert (status.code, status.message) == (3, "is empty")
    assert status.details[0].Unpack(info) and status.details[1].Unpack(bad)
    assert (info.reason, info.domain) == ("INVALID_ARGUMENT", "shimservice")
    assert bad.field_violations[0].field == "config.args[0]"


@case
def error_long_message(channel):
    error = fails(grpc.StatusCode.NOT_FOUND, unary, channel, "Fail", pb.FailRequest(code=5, message="é" * 100000))
    assert error.details().startswith("ééé")


@case
def error_unimplemented(channel):
    fails(grpc.StatusCode.UNIMPLEMENTED, unary, channel, "Nothing", pb.EchoRequest(), pb.EchoResponse)
    fails(grpc.StatusCode.UNIMPLEMENTED, unary, channel, "Echo", pb.EchoRequest(), service="/no.such.Service/")


@case
def error_oversize(channel):
    fails(grpc.StatusCode.RESOURCE_EXHAUSTED, unary, channel, "Echo", pb.EchoRequest(reply_bytes=4 * 1024 * 1024 + 1))
    fails(grpc.StatusCode.RESOURCE_EXHAUSTED, unary, channel, "Echo", pb.EchoRequest(data=bytes(5 * 1024 * 1024)))
    unary_ok(channel)


@case
def deadline(channel):
    fails(grpc.StatusCode.DEADLINE_EXCEEDED, unary, channel, "Block", pb.BlockRequest(key="python deadline"), timeout=1)


@case
def cancel(channel):
    call = channel.unary_unary(SERVICE + "Block", pb.BlockRequest.SerializeToString, pb.BlockResponse.FromString)
    future = call.future(pb.BlockRequest(key="python cancel"), timeout=LIMIT)
    # Answered after it: so the server has it.
    for _ in range(20):
        unary_ok(channel)
    future.cancel()
    assert future.cancelled()


@case
def metadata(channel):
    answer = unary(channel, "Describe", pb.DescribeRequest(), timeout=30,
                   metadata=[("tenant", "blue"), ("raw-bin", b"\0\1\2\xff")])
    pairs = {pair.key: pair.value for pair in answer.metadata}
    assert pairs["tenant"] == "blue" and pairs["raw-bin"].rstrip("=") == "AAEC/w", pairs
    # C-core rounds timeouts up.
    assert 0 < answer.milliseconds_left <= 31000, answer.milliseconds_left
    assert answer.peer_pid == os.getpid(), answer.peer_pid
    assert not [key for key in pairs if key.startswith(("grpc-", ":")) or key in ("te", "content-type")], pairs


@case
def server_stream(channel):
    call = channel.unary_stream(SERVICE + "Count", pb.CountRequest.SerializeToString, pb.CountResponse.FromString)
    assert [r.number for r in call(pb.CountRequest(count=1000), timeout=LIMIT)] == list(range(1, 1001))
    assert list(call(pb.CountRequest(), timeout=LIMIT)) == []
    assert sum(len(r.data) for r in call(pb.CountRequest(count=100, size=100000), timeout=LIMIT)) == 10000000


@case
def server_stream_error(channel):
    call = channel.unary_stream(SERVICE + "Count", pb.CountRequest.SerializeToString, pb.CountResponse.FromString)
    seen = []

    def read():
        for response in call(pb.CountRequest(count=3, code=10), timeout=LIMIT):
            seen.append(response.number)

    assert fails(grpc.StatusCode.ABORTED, read).details() == "after 3"
    assert seen == [1, 2, 3]


@case
def server_stream_cancel(channel):
    call = channel.unary_stream(SERVICE + "Count", pb.CountRequest.SerializeToString, pb.CountResponse.FromString)
    stream = call(pb.CountRequest(count=1, block="python stream"), timeout=LIMIT)
    assert next(stream).number == 1
    stream.cancel()


@case
def client_stream(channel):
    call = channel.stream_unary(SERVICE + "Sum", pb.SumRequest.SerializeToString, pb.SumResponse.FromString)
    answer = call(iter(pb.SumRequest(number=i) for i in range(101)), timeout=LIMIT)
    assert (answer.total, answer.messages) == (5050, 101)
    assert call(iter([]), timeout=LIMIT) == pb.SumResponse()


@case
def duplex(channel):
    call = channel.stream_stream(SERVICE + "Chat", pb.ChatRequest.SerializeToString, pb.ChatResponse.FromString)
    answered = threading.Semaphore(0)

    def requests():
        for text in ("one", "", "three"):
            yield pb.ChatRequest(text=text)
            assert answered.acquire(timeout=LIMIT)

    answers = []
    for response in call(requests(), timeout=LIMIT):
        answers.append(response.text)
        answered.release()
    assert answers == ["re: one", "re: ", "re: three", "bye"], answers


@case
def duplex_error(channel):
    call = channel.stream_stream(SERVICE + "Chat", pb.ChatRequest.SerializeToString, pb.ChatResponse.FromString)
    fails(grpc.StatusCode.ABORTED, lambda: list(call(iter([pb.ChatRequest(text="fail")]), timeout=LIMIT)))
    assert list(call(iter([pb.ChatRequest(text="end")]), timeout=LIMIT)) == []


def ask(channel, module, version, *requests):
    call = channel.stream_stream(f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
                                 module.ServerReflectionRequest.SerializeToString,
                                 module.ServerReflectionResponse.FromString)
    return list(call(iter(requests), timeout=LIMIT))


def reflection(channel, module, version):
    request = module.ServerReflectionRequest
    listed, missing, found = ask(channel, module, version, request(list_services=""),
                                 request(file_containing_symbol="no.such.Symbol"),
                                 request(file_containing_symbol="shimservice.conformance.v1.Conformance"))
    names = {service.name for service in listed.list_services_response.service}
    assert {"shimservice.conformance.v1.Conformance", "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"} <= names, names
    assert missing.error_response.error_code == 5

    # As grpcurl does it: everything about the method from the server alone, then the call.
    pool = descriptor_pool.DescriptorPool()
    waiting = [descriptor_pb2.FileDescriptorProto.FromString(f)
               for f in found.file_descriptor_response.file_descriptor_proto]
    added = set()
    while waiting:
        ready = [f for f in waiting if set(f.dependency) <= added]
        assert ready, "the imports are not all there"
        for file in ready:
            pool.Add(file)
            added.add(file.name)
            waiting.remove(file)
    method = pool.FindServiceByName("shimservice.conformance.v1.Conformance").FindMethodByName("Echo")
    factory = message_factory.MessageFactory(pool)
    request, response = factory.GetPrototype(method.input_type), factory.GetPrototype(method.output_type)
    assert unary(channel, "Echo", request(text="reflected"), response).text == "reflected"


@case
def reflection_v1(channel):
    reflection(channel, api["grpc.reflection.v1"], "v1")


@case
def reflection_v1alpha(channel):
    reflection(channel, api["grpc.reflection.v1alpha"], "v1alpha")


@case
def health(channel):
    check = health_pb2.HealthCheckRequest
    service = "/grpc.health.v1.Health/"
    assert unary(channel, "Check", check(), health_pb2.HealthCheckResponse, service).status == 1
    fails(grpc.StatusCode.NOT_FOUND, unary, channel, "Check", check(service="no"), health_pb2.HealthCheckResponse, service)
    watch = channel.unary_stream(service + "Watch", check.SerializeToString, health_pb2.HealthCheckResponse.FromString)
    stream = watch(check(service="no"), timeout=LIMIT)
    assert next(stream).status == 3
    stream.cancel()


def authority(value):
    def check():
        with grpc.insecure_channel("unix:" + sys.argv[1], options=[("grpc.default_authority", value)]) as channel:
            unary_ok(channel)
    return check


def main():
    with grpc.insecure_channel("unix:" + sys.argv[1]) as channel:
        todo = [(function.__name__, lambda function=function: function(channel)) for function in cases]
        todo.append(("authority_path", authority("/run/x.sock")))
        todo.append(("authority_percent", authority("%2Frun%2Fx.sock")))
        for name, run in todo:
            try:
                run()
                print("ok", name, flush=True)
            except Exception as error:  # every case is to be tried
                print(f"not ok {name}: {type(error).__name__}: {' '.join(str(error).split())}", flush=True)
                traceback.print_exc(file=sys.stderr)


main()
