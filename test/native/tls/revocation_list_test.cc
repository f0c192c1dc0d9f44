// Revocation lists as data: size in memory, look-up, and what is not a list.
#include "revocation/revocation_list.h"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <random>

#include "revocation/crl_blocks.h"
#include "tls/x509_maker.h"

namespace pinlatch::tls {
namespace {

using test::x509::Der;

std::vector<uint8_t> Parsed(const std::string& text) { return {text.begin(), text.end()}; }

TEST_CASE("a hundred thousand entries take less than 3 MiB and every one is found") {
  std::mt19937_64 random(20260101);
  SerialSet set;
  std::vector<std::array<uint8_t, 20>> serials(100000);
  for (auto& serial : serials) {
    for (uint8_t& byte : serial) byte = static_cast<uint8_t>(random());
    serial[0] = static_cast<uint8_t>(serial[0] & 0x7f) | 1;
    set.Add(serial, 1);
  }
  set.Seal();
  CHECK(set.size() == serials.size());
  CHECK(set.memory() < size_t{3} << 20);
  size_t found = 0;
  const auto start = std::chrono::steady_clock::now();
  for (const auto& serial : serials) found += set.Find(serial).has_value() ? 1 : 0;
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - start;
  CHECK(found == serials.size());
  const double each = spent.count() / static_cast<double>(serials.size());
  MESSAGE(each << " microseconds a look-up, " << set.memory() << " bytes");
  for (auto& serial : serials) serial[19] = static_cast<uint8_t>(serial[19] + 1);
  found = 0;
  for (const auto& serial : serials) found += set.Find(serial).has_value() ? 1 : 0;
  CHECK(found == 0);
}

TEST_CASE("serials in sequence, where the directory is of no help, are found as well") {
  SerialSet set;
  const auto serial = [](uint32_t number) {
    std::array<uint8_t, 16> bytes{0x7f, 1, 2, 3, 4, 5, 6, 7, 8};
    for (size_t i = 0; i < 4; ++i) bytes[15 - i] = static_cast<uint8_t>(number >> 8 * i);
    return bytes;
  };
  for (uint32_t i = 0; i < 5000; ++i) set.Add(serial(2 * i), 1);
  set.Seal();
  size_t found = 0;
  for (uint32_t i = 0; i < 10000; ++i)
    found += set.Find(serial(i)).has_value() == (i % 2 == 0) ? 1 : 0;
  CHECK(found == 10000);
}

TEST_CASE("the least and the greatest serial of a length are found beside each other") {
  SerialSet set;
  const std::string least(20, '\0');
  const std::string most(20, '\xff');
  set.Add(AsBytes(least), 1);
  set.Add(AsBytes(most), 2);
  set.Seal();
  CHECK(set.Find(AsBytes(least)) == std::optional<uint8_t>(1));
  CHECK(set.Find(AsBytes(most)) == std::optional<uint8_t>(2));
  CHECK(!set.Find(AsBytes(std::string(20, '\x80'))).has_value());
}

TEST_CASE("serials of many lengths live in one set; of two reasons the graver stays") {
  SerialSet set;
  const auto bytes = [](const char* text) { return AsBytes(std::string_view(text)); };
  set.Add(bytes("\x02"), 3);
  set.Add(bytes("\x01\x02"), kRemoveFromCrl);
  set.Add(bytes("\x01\x02"), 9);
  set.Add(bytes("\x02"), 1);
  set.Seal();
  CHECK(set.size() == 2);
  CHECK(set.Find(bytes("\x02")) == std::optional<uint8_t>(1));
  CHECK(set.Find(bytes("\x01\x02")) == std::optional<uint8_t>(9));
  CHECK(!set.Find(bytes("\x01")).has_value());
  CHECK(!set.Find({}).has_value());
}

TEST_CASE("numbers of lists are ordered as numbers") {
  const auto number = [](const char* text, size_t size) {
    return ListNumber(AsBytes(std::string_view(text, size)));
  };
  CHECK(number("\x00\xff", 2) > number("\x7f", 1));
  CHECK(number("\x01\x00", 2) > number("\x00\xff", 2));
  CHECK(number("\x05", 1) == number("\x05", 1));
  CHECK(number("\x00", 1) < number("\x01", 1));
  CHECK(number("\x12\x34", 2).ToString() == "0x1234");
}

TEST_CASE("a whole list is read: entries, number, times") {
  const test::x509::Holder ca = test::x509::Ca("CN=ca");
  test::x509::ListSpec spec;
  spec.number = 258;
  spec.entries = {{"\x03", 1, {}}, {"\x04", std::nullopt, {}}};
  const auto list = RevocationList::Parse(test::x509::List(ca, spec));
  REQUIRE(list.ok());
  CHECK((*list)->size() == 2);
  CHECK((*list)->number()->ToString() == "0x0102");
  CHECK((*list)->this_update() == spec.this_update);
  CHECK((*list)->next_update() == spec.next_update);
  CHECK((*list)->Find((*list)->issuer(), AsBytes(std::string_view("\x03"))) ==
        std::optional<uint8_t>(1));
  CHECK(!(*list)->is_delta());
}

TEST_CASE("a list that is cut short anywhere, or has something behind it, is refused") {
  const test::x509::Holder ca = test::x509::Ca("CN=ca");
  test::x509::ListSpec spec;
  spec.entries = {{"\x03", 1, {}}};
  std::vector<uint8_t> der = test::x509::List(ca, spec);
  for (size_t size = 0; size < der.size(); ++size) {
    CHECK(!RevocationList::Parse(ByteSpan(der).first(size)).ok());
  }
  der.push_back(0);
  CHECK(!RevocationList::Parse(der).ok());
}

TEST_CASE("malformed parts make a list malformed, not shorter") {
  const test::x509::Holder ca = test::x509::Ca("CN=ca");
  using namespace test::x509;
  const auto parses = [&](const ListSpec& spec) {
    return RevocationList::Parse(List(ca, spec)).ok();
  };
  ListSpec spec;
  CHECK(parses(spec));
  spec.extensions = Ext("28", Seq(Tlv(0x87, "x")), true);
  CHECK(!parses(spec));
  spec.extensions = Ext("27", Integer(-1), true);
  CHECK(!parses(spec));
  spec.extensions = Ext("20", Integer(2));  // a second number
  CHECK(!parses(spec));
}

TEST_CASE("entries that cannot be read are a defect of the list, which then has none") {
  using namespace test::x509;
  const Holder ca = Ca("CN=ca");
  const auto defect = [&](const ListEntry& entry) {
    ListSpec spec;
    spec.number = 7;
    spec.entries = {{"\x01", 1, {}}, entry};
    const auto list = RevocationList::Parse(List(ca, spec));
    REQUIRE(list.ok());
    CHECK((*list)->number()->ToString() == "0x07");
    CHECK((*list)->size() == ((*list)->defect().empty() ? 2 : 0));
    return (*list)->defect();
  };
  const Der date = Ext("24", Tlv(0x18, "20260101000000Z"));
  CHECK(defect({"\x03", 1, date}).empty());
  CHECK(defect({std::string(65, '\x01'), std::nullopt, {}}) == "entry 2 is malformed");
  CHECK(defect({"", std::nullopt, {}}) == "entry 2 is malformed");
  const std::string twice = "entry 2 has an extension twice: 2.5.29.2";
  CHECK(defect({"\x03", 1, Ext("21", Tlv(0x0a, "\x08"))}) == twice + "1");
  CHECK(defect({"\x03", 1, date + date}) == twice + "4");
}

// DefectOf reads a list with one entry that has these extensions.
std::string DefectOf(const test::x509::Der& extensions, bool version_2 = true,
                     bool has_empty_list = false) {
  using namespace test::x509;
  static const Holder ca = Ca("CN=ca");
  ListSpec spec;
  spec.entries = {{"\x03", std::nullopt, extensions, has_empty_list}};
  spec.version_2 = version_2;
  if (!version_2) spec.number.reset();
  const auto list = RevocationList::Parse(List(ca, spec));
  REQUIRE(list.ok());
  return (*list)->defect();
}

TEST_CASE("an extension that is not defined for entries is a defect, critical or not") {
  using namespace test::x509;
  const std::string words = "entry 1 has an extension that entries do not have: 1.2.3.4";
  CHECK(DefectOf(Ext("1.2.3.4", Octets("x"))) == words);
  CHECK(DefectOf(Ext("1.2.3.4", "x") + Ext("1.2.3.4", "y")) == words);
  CHECK(DefectOf(Ext("24", Tlv(0x18, "20260101000000Z")) + Ext("1.2.3.4", "x")) == words);
  // A critical one has its own rule, as one of the list has.
  CHECK(DefectOf(Ext("1.2.3.4", Octets("x"), true)).empty());
}

TEST_CASE("the extensions of an entry have the values that are defined for them") {
  using namespace test::x509;
  const auto reason = [](const Der& value) { return Ext("21", value); };
  for (const char code : {'\x00', '\x06', '\x08', '\x0a'})
    CHECK(DefectOf(reason(Tlv(0x0a, std::string(1, code)))).empty());
  const std::string of_reason = "entry 1 has a malformed extension: 2.5.29.21";
  CHECK(DefectOf(reason(Tlv(0x0a, "\x07"))) == of_reason);
  CHECK(DefectOf(reason(Tlv(0x0a, "\x0b"))) == of_reason);
  CHECK(DefectOf(reason(Tlv(0x0a, std::string("\x00\x01", 2)))) == of_reason);
  CHECK(DefectOf(reason(Tlv(0x02, "\x01"))) == of_reason);
  CHECK(DefectOf(reason(Tlv(0x0a, "\x01") + Tlv(0x05, ""))) == of_reason);
  const std::string of_date = "entry 1 has a malformed extension: 2.5.29.24";
  for (const Der& date :
       {Tlv(0x18, "abc"), Tlv(0x18, "20260101000000.5Z"), Tlv(0x18, "20261301000000Z"),
        Tlv(0x17, "260101000000Z"), Octets("x"), Der()})
    CHECK(DefectOf(Ext("24", date)) == of_date);
  CHECK(DefectOf(Ext("23", Oid("1.2.840.10040.2.1"))).empty());
  const std::string of_hold = "entry 1 has a malformed extension: 2.5.29.23";
  CHECK(DefectOf(Ext("23", Octets("x"))) == of_hold);
  CHECK(DefectOf(Ext("23", Oid("1.2.3") + Oid("1.2.3"))) == of_hold);
}

TEST_CASE("a list of extensions of an entry is not empty, and is of version 2") {
  using namespace test::x509;
  CHECK(DefectOf({}).empty());
  CHECK(DefectOf({}, true, true) == "entry 1 has an empty list of extensions");
  CHECK(DefectOf(Ext("21", Tlv(0x0a, "\x01")), false) ==
        "entry 1 has extensions, which version 1 of lists does not have");
}

TEST_CASE("what is not DER in the head of a list is no list, in an entry it is a defect") {
  using namespace test::x509;
  const Holder ca = Ca("CN=ca");
  const auto parses = [&](const ListSpec& spec) {
    const auto list = RevocationList::Parse(List(ca, spec));
    CHECK((list.ok() || spec.entries.empty()));
    return list.ok() && (*list)->defect().empty();
  };
  const auto has_defect = [&](const ListSpec& spec) {
    const auto list = RevocationList::Parse(List(ca, spec));
    return list.ok() && !(*list)->defect().empty() && (*list)->size() == 0;
  };
  ListSpec spec;
  spec.entries = {{std::string("\x00\x11", 2), std::nullopt, {}}};
  CHECK(has_defect(spec));
  spec.entries = {{"\x11", std::nullopt, Seq(Tlv(0x06, "\x2b\x80\x01") + Octets("x"))}};
  CHECK(has_defect(spec));
  spec.entries.clear();
  spec.number.reset();
  spec.extensions = Ext("20", IntegerBytes(std::string("\x00\x01", 2)));
  CHECK(!parses(spec));
  spec.number = 1;
  spec.extensions = Ext("28", Seq(Tlv(0x83, "\x06\x40")), true);
  CHECK(parses(spec));
  spec.extensions = Ext("28", Seq(Tlv(0x83, "\x05\x40")), true);
  CHECK(!parses(spec));
}

TEST_CASE("files of lists are PEM with any number of them, or one in DER") {
  const test::x509::Holder ca = test::x509::Ca("CN=ca");
  const std::vector<uint8_t> der = test::x509::List(ca, {});
  const auto from_der = SplitRevocationLists(der);
  REQUIRE(from_der.ok());
  CHECK(from_der->size() == 1);
  CHECK((*from_der)[0] == der);
  const std::string block =
      "text\n-----BEGIN X509 CRL-----\nMAMC\r\nAQE=\n-----END X509 CRL-----\n";
  const auto from_pem = SplitRevocationLists(Parsed(block + block));
  REQUIRE(from_pem.ok());
  CHECK(from_pem->size() == 2);
  CHECK((*from_pem)[1] == std::vector<uint8_t>{0x30, 0x03, 0x02, 0x01, 0x01});
  const std::string key_label = std::string("EC PRIVATE") + " KEY-----\n";
  for (const std::string& bad :
       {std::string(), std::string("nothing"), block.substr(0, block.size() - 10),
        std::string("-----BEGIN X509 CRL-----\n!\n-----END X509 CRL-----\n"),
        block + "-----BEGIN " + key_label + "MAMC\n-----END " + key_label}) {
    CHECK(!SplitRevocationLists(Parsed(bad)).ok());
  }
}

}  // namespace
}  // namespace pinlatch::tls
