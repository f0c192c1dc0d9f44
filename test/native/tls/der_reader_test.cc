// What the DER reader takes and what it does not (X.690).
#include "der/der_reader.h"

#include <doctest/doctest.h>

#include <string>

#include "tls/x509_maker.h"
#include "x509/certificate_extensions.h"

namespace pinlatch::tls {
namespace {

using test::x509::Tlv;

DerReader On(const std::string& bytes) { return DerReader(AsBytes(bytes)); }

TEST_CASE("lengths must be definite, minimal and within the bytes") {
  const auto reads = [](std::string_view bytes) {
    DerReader reader(AsBytes(bytes));
    reader.Next();
    return reader.AtEnd();
  };
  using namespace std::string_view_literals;
  CHECK(reads("\x04\x01x"sv));
  CHECK(reads("\x04\x00"sv));
  for (const std::string_view bad :
       {""sv, "\x04"sv, "\x04\x02x"sv, "\x04\x80\x00\x00"sv, "\x04\x81\x01x"sv,
        "\x04\x82\x00\x80x"sv, "\x04\x84\xff\xff\xff\xffx"sv, "\x04\x85\x01\x00\x00\x00\x00"sv,
        "\x1f\x01x"sv, "\x04\x81"sv}) {
    CHECK(!reads(bad));
  }
}

TEST_CASE("a failure sticks, also for readers of what is inside") {
  const std::string bytes = Tlv(0x02, "\x01");
  DerReader reader = On(bytes);
  DerReader inner = reader.Enter(der::kSequence);
  CHECK(!reader.ok());
  CHECK(!inner.ok());
  CHECK(!inner.AtEnd());
  CHECK(!inner.HasMore());
  CHECK(reader.TakeInteger().empty());
}

TEST_CASE("integers have one form, and are bounded") {
  const auto read = [](const std::string& content) {
    const std::string bytes = Tlv(0x02, content);
    DerReader in = On(bytes);
    return std::string(AsText(in.TakeInteger())) == content && in.AtEnd();
  };
  for (const std::string& good : {std::string(1, '\0'), std::string("\x05"), std::string("\x80"),
                                  std::string("\x00\x80", 2), std::string("\xff\x7f")}) {
    CHECK(read(good));
  }
  for (const std::string& padded :
       {std::string(), std::string("\x00\x00", 2), std::string("\x00\x05", 2),
        std::string("\xff\x80"), std::string("\x00\x00\x80", 3), std::string("\xff\xff")}) {
    CHECK(!read(padded));
  }
  const auto small = [](const std::string& content, uint32_t most) {
    const std::string bytes = Tlv(0x02, content);
    DerReader in = On(bytes);
    const uint32_t value = in.TakeSmall(most);
    return in.AtEnd() ? static_cast<int64_t>(value) : -1;
  };
  CHECK(small("\x05", 5) == 5);
  CHECK(small("\x06", 5) == -1);
  CHECK(small("\x80", 500) == -1);
  CHECK(small("", 5) == -1);
  CHECK(small(std::string("\x00\xff\xff\xff\xff", 5), UINT32_MAX) == UINT32_MAX);
  CHECK(small("\x01\xff\xff\xff\xff", UINT32_MAX) == -1);
}

TEST_CASE("booleans are 0x00 or 0xff") {
  const auto read = [](const std::string& content) {
    const std::string bytes = Tlv(0x01, content);
    DerReader reader = On(bytes);
    const bool value = reader.TakeBoolean();
    return reader.AtEnd() ? static_cast<int>(value) : -1;
  };
  CHECK(read("\xff") == 1);
  CHECK(read(std::string(1, '\0')) == 0);
  CHECK(read("\x01") == -1);
  CHECK(read("") == -1);
}

TEST_CASE("times are UTCTime and GeneralizedTime with seconds and Z, on days that exist") {
  const auto read = [](int tag, const std::string& text) -> std::optional<UnixSeconds> {
    const std::string bytes = Tlv(tag, text);
    DerReader reader = On(bytes);
    const UnixSeconds time = reader.TakeTime();
    if (!reader.AtEnd()) return std::nullopt;
    return time;
  };
  CHECK(read(0x17, "700101000000Z") == 0);
  CHECK(read(0x17, "491231235959Z") == 2524607999);
  CHECK(read(0x17, "500101000000Z") == -631152000);
  CHECK(read(0x18, "20240229120000Z") == 1709208000);
  CHECK(read(0x18, "99991231235959Z") == 253402300799);
  CHECK(read(0x18, "00010101000000Z") == -62135596800);
  for (const char* bad :
       {"230229000000Z", "231301000000Z", "230100000000Z", "230101240000Z", "230101006000Z",
        "230101000060Z", "2301010000Z", "230101000000+0000", "23010100000aZ", ""}) {
    CHECK_MESSAGE(!read(0x17, bad).has_value(), bad);
  }
  CHECK(!read(0x18, "20230101000000.5Z").has_value());
  CHECK(!read(0x04, "230101000000Z").has_value());
}

TEST_CASE("bit strings have their unused bits zero") {
  const auto read = [](const std::string& content) {
    const std::string bytes = Tlv(0x03, content);
    DerReader reader = On(bytes);
    reader.TakeBits();
    return reader.AtEnd();
  };
  CHECK(read(std::string("\x00", 1)));
  CHECK(read("\x07\x80"));
  CHECK(!read("\x07\x81"));
  CHECK(!read("\x08\x80"));
  CHECK(!read("\x01"));
  CHECK(!read(""));
}

TEST_CASE("named bit lists end with a bit that is set") {
  const auto read = [](const std::string& content) {
    const std::string bytes = Tlv(0x03, content);
    DerReader reader = On(bytes);
    reader.TakeNamedBits();
    return reader.AtEnd();
  };
  CHECK(read(std::string("\x00", 1)));
  CHECK(read("\x07\x80"));
  CHECK(read("\x01\x06"));
  CHECK(read(std::string("\x07\x00\x80", 3)));
  CHECK(!read(std::string("\x00\x80", 2)));
  CHECK(!read("\x06\x80"));
  CHECK(!read(std::string("\x00\x00", 2)));
  CHECK(!read(std::string("\x07\x80\x00", 3)));
  CHECK(!read("\x07\xc0"));
}

TEST_CASE("object identifiers have whole arcs without padding") {
  for (const std::string& good :
       {std::string("\x2a"), std::string("\x55\x1d\x0f"), std::string("\x2a\x86\x48"),
        std::string("\x2a\x00", 2), "\x69" + std::string(17, '\xff') + "\x7f"}) {
    CHECK(IsOid(AsBytes(good)));
  }
  for (const std::string& bad : {std::string(), std::string("\x2a\x86"), std::string("\x80\x2a"),
                                 std::string("\x2a\x80\x01"), std::string("\x2a\x80")}) {
    CHECK(!IsOid(AsBytes(bad)));
  }
}

TEST_CASE("object identifiers are told in dotted form") {
  const auto text = [](const std::string& dotted) {
    const std::string oid = test::x509::Oid(dotted);
    return OidText(AsBytes(std::string_view(oid).substr(2)));
  };
  CHECK(text("2.5.29.37.0") == "2.5.29.37.0");
  CHECK(text("1.2.840.113549.1.1.11") == "1.2.840.113549.1.1.11");
  CHECK(text("2.999.3") == "2.999.3");
  CHECK(OidText({}) == "?");
  CHECK(OidText(AsBytes(std::string_view("\x2a\x86"))) == "?");
}

}  // namespace
}  // namespace pinlatch::tls
