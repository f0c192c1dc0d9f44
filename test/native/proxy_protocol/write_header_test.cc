// Writing PROXY protocol version 2: what is written is read back.
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "proxy_protocol/address_text.h"
#include "proxy_protocol/tlv.h"
#include "proxy_protocol/write_header.h"

namespace pinlatch::proxy_protocol {
namespace {

Endpoint At(const char* ip, uint16_t port) { return {*ParseAddress(ip), port}; }

std::map<int, std::string> FieldsOf(ByteSpan list) {
  std::map<int, std::string> fields;
  Tlv field;
  TlvReader reader(list);
  while (reader.Next(field)) fields[field.type] = AsText(field.value);
  CHECK(!reader.broken());
  return fields;
}

Header ReadBack(const ByteBuffer& out) {
  Header header;
  const Result<size_t> read = ReadHeader(out.readable(), header);
  REQUIRE(read.ok());
  CHECK(*read == out.size());
  return header;
}

ToWrite Whole() {
  ToWrite header;
  header.source = At("192.0.2.1", 50000);
  header.destination = At("198.51.100.9", 8883);
  header.alpn = "mqtt";
  header.authority = "mqtt.local";
  header.unique_id = "0123456789abcdef0123456789abcdef";
  header.tls = {"TLSv1.3", "TLS_AES_128_GCM_SHA256", "sensor-7", true, false};
  return header;
}

TEST_CASE("addresses, names and the client's certificate are told, under a checksum") {
  ByteBuffer out;
  AppendHeader(out, Whole());
  const Header header = ReadBack(out);
  CHECK(header.kind == Header::Kind::kAddress);
  CHECK(AddressText(header.source.address) == "192.0.2.1");
  CHECK(header.source.port == 50000);
  CHECK(AddressText(header.destination.address) == "198.51.100.9");
  CHECK(header.destination.port == 8883);
  std::map<int, std::string> fields = FieldsOf(header.tlvs);
  CHECK(fields[0x01] == "mqtt");
  CHECK(fields[0x02] == "mqtt.local");
  CHECK(fields[0x05] == "0123456789abcdef0123456789abcdef");
  CHECK(fields.count(0x03) == 1);
  const std::string tls = fields[0x20];
  CHECK(tls.substr(0, 5) == std::string("\x07\x00\x00\x00\x00", 5));
  std::map<int, std::string> inner = FieldsOf(AsBytes(std::string_view(tls).substr(5)));
  CHECK(inner[0x21] == "TLSv1.3");
  CHECK(inner[0x22] == "sensor-7");
  CHECK(inner[0x23] == "TLS_AES_128_GCM_SHA256");
}

TEST_CASE(
    "a resumed session has its certificate from before, and without one nothing is verified") {
  ToWrite header = Whole();
  header.tls.resumed = true;
  ByteBuffer resumed;
  AppendHeader(resumed, header);
  CHECK(FieldsOf(ReadBack(resumed).tlvs)[0x20].substr(0, 5) ==
        std::string("\x05\x00\x00\x00\x00", 5));

  header.tls = {"TLSv1.2", "", "", false, false};
  ByteBuffer anonymous;
  AppendHeader(anonymous, header);
  const std::string tls = FieldsOf(ReadBack(anonymous).tlvs)[0x20];
  CHECK(tls.substr(0, 5) == std::string("\x01\x00\x00\x00\x01", 5));
  CHECK(FieldsOf(AsBytes(std::string_view(tls).substr(5))).count(0x22) == 0);
}

TEST_CASE("a common name with a control character is told to nobody") {
  for (const std::string_view name :
       {std::string_view("nul\0admin", 9), std::string_view("a\r\nb")}) {
    ToWrite header = Whole();
    header.tls.common_name = name;
    ByteBuffer out;
    AppendHeader(out, header);
    const std::string tls = FieldsOf(ReadBack(out).tlvs)[0x20];
    CHECK(FieldsOf(AsBytes(std::string_view(tls).substr(5))).count(0x22) == 0);
    CHECK(FieldsOf(AsBytes(std::string_view(tls).substr(5))).count(0x21) == 1);
  }
}

TEST_CASE("two families are written as IPv6, and an unknown end leaves both out") {
  ToWrite header = Whole();
  header.source = At("2001:db8::1", 1);
  ByteBuffer mixed;
  AppendHeader(mixed, header);
  const Header six = ReadBack(mixed);
  CHECK(mixed.readable()[13] == 0x21);
  CHECK(AddressText(six.source.address) == "2001:db8::1");
  CHECK(AddressText(six.destination.address) == "198.51.100.9");

  header.destination = {};
  ByteBuffer unknown;
  AppendHeader(unknown, header);
  CHECK(ReadBack(unknown).kind == Header::Kind::kUnknown);
}

TEST_CASE("a text that is too long is left out whole") {
  const std::string longest(kMostTextBytes, 'a');
  ToWrite header = Whole();
  header.alpn = header.authority = header.unique_id = longest;
  header.tls = {longest, longest, longest, true, false};
  ByteBuffer full;
  AppendHeader(full, header);
  CHECK(FieldsOf(ReadBack(full).tlvs)[0x02] == longest);

  const std::string longer = longest + "a";
  header.authority = longer;
  ByteBuffer without;
  AppendHeader(without, header);
  CHECK(FieldsOf(ReadBack(without).tlvs).count(0x02) == 0);
}

}  // namespace
}  // namespace pinlatch::proxy_protocol
