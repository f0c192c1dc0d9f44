// What a subject amounts to beside a directory name.
#include "names/subject_names.h"

#include <doctest/doctest.h>

#include "tls/name_bytes.h"
#include "tls/x509_maker.h"

namespace pinlatch::tls {
namespace {

using test::x509::Name;
using test::x509::Rdn;
using test::x509::Seq;
using test::x509::Utf16;
using test::x509::Utf32;
using Texts = std::vector<std::string>;

SubjectNames Read(const std::string& der) { return ReadSubjectNames(AsBytes(der)); }
Texts HostsOf(const std::string& common_name, int tag = 0x0c) {
  return Read(Name("CN=" + common_name, tag)).hosts;
}

TEST_CASE("a common name of two labels or more looks like a host name") {
  CHECK(HostsOf("a.example.com") == Texts{"a.example.com"});
  CHECK(HostsOf("A.Example.COM") == Texts{"a.example.com"});
  CHECK(HostsOf("node_1.b-c") == Texts{"node_1.b-c"});
  CHECK(HostsOf("*.example.com") == Texts{"*.example.com"});
  CHECK(HostsOf("a.example.com.") == Texts{"a.example.com"});
  CHECK(HostsOf(" a.example.com ") == Texts{"a.example.com"});
  for (const char* other : {"billing", "localhost", "Acme Inc.", "J. R. Doe", "", ".", "a.",
                            "wait...", "billing.", "Release 1.0.3", "kiosk (hall 4.2)"}) {
    CAPTURE(other);
    CHECK(HostsOf(other).empty());
  }
}

TEST_CASE("an odd character beside a host name hides it from nobody") {
  CHECK(HostsOf("x y.example.com") == Texts{"y.example.com"});
  CHECK(HostsOf("+7.example.com") == Texts{"7.example.com"});
  CHECK(HostsOf("a.example.com:443") == Texts{"a.example.com"});
  CHECK(HostsOf("https://a.example.com/x") == Texts{"a.example.com"});
  CHECK(HostsOf("(a).example.com") == Texts{".example.com"});
  CHECK(HostsOf("o'a.example.com") == Texts{"a.example.com"});
  CHECK(HostsOf("a~1.example.com") == Texts{"1.example.com"});
  CHECK(HostsOf("ops@example.com") == Texts{"example.com"});
  CHECK(HostsOf("urn:a.b") == Texts{"a.b"});
  CHECK(HostsOf("a.b c.d") == Texts{"a.b", "c.d"});
  CHECK(HostsOf("a.example.com..") == Texts{"a.example.com"});
}

TEST_CASE("a common name of host-name characters alone is one, whatever its last label") {
  for (const char* name : {"a.example.1", "127.1", "1.0.3", "v1.2", ".a"})
    CHECK(HostsOf(name) == Texts{name});
}

TEST_CASE("a common name that would be a host name but for its labels is a malformed one") {
  for (const char* odd :
       {"a..example.com", "..example.com", "a.*.example.com", "bücher.example.com"})
    CHECK(HostsOf(odd) == Texts{odd});
}

TEST_CASE("letters and dots of other forms make the same host name") {
  CHECK(HostsOf("ａ．ｅｘａｍｐｌｅ．ｃｏｍ") == Texts{"a.example.com"});
  CHECK(HostsOf("a\u00ad.exam\u200bple.com") == Texts{"a.example.com"});
  CHECK(HostsOf("a\u3002example\u3002com").size() == 1);
  CHECK(HostsOf("a.example\ue000.com").size() == 1);
}

TEST_CASE("a NUL hides nothing") {
  CHECK(HostsOf(std::string("a.example.com\0\0", 15)) == Texts{"a.example.com"});
  const std::string two("a.example.com\0.example.org", 26);
  CHECK(HostsOf(two) == Texts{two});
  CHECK(HostsOf(std::string("a\0b", 3)).size() == 1);
}

TEST_CASE("every common name and every e-mail address counts, in any type of string") {
  CHECK(HostsOf(Utf16("a.example.com"), 0x1e) == Texts{"a.example.com"});
  CHECK(HostsOf(Utf32("a.example.com"), 0x1c) == Texts{"a.example.com"});
  for (const int tag : {0x0c, 0x13, 0x14, 0x16})
    CHECK(HostsOf("a.example.com", tag) == Texts{"a.example.com"});
  CHECK(HostsOf("a.b", 0x03) == Texts{""});
  CHECK(HostsOf("odd", 0x1e) == Texts{""});
  CHECK(Read(Name("CN=a.b,O=x,CN=c.d")).hosts == Texts{"a.b", "c.d"});
  CHECK(Read(Seq(Rdn({{"CN", "a.b"}, {"CN", "c.d"}}))).hosts == Texts{"a.b", "c.d"});
  CHECK(Read(Name("E=a@b.c,O=x,E=D@e.f")).mailboxes == Texts{"a@b.c", "D@e.f"});
  CHECK(Read(Name("E=" + Utf16("a@b.c"), 0x1e)).mailboxes == Texts{"a@b.c"});
  CHECK(Read(Name("E=odd", 0x1e)).mailboxes == Texts{""});
}

TEST_CASE("a common name that is or holds an IP address has it") {
  const SubjectNames names =
      Read(Name("CN=10.1.2.3,CN=fe80::1,CN=10.1.2,CN=300.1.1.1,CN=x 11.1.2.3/8"));
  REQUIRE(names.addresses.size() == 3);
  CHECK(names.addresses[0].span()[0] == 10);
  CHECK(names.addresses[1].size == 16);
  CHECK(names.addresses[2].span()[0] == 11);
  CHECK(names.address_texts == Texts{"10.1.2.3"});
  CHECK(names.hosts == Texts{"10.1.2", "300.1.1.1"});
}

TEST_CASE("what is not a name has none") {
  CHECK(Read("").hosts.empty());
  CHECK(Read("\x30\x05\x31\x03\x30").mailboxes.empty());
}

}  // namespace
}  // namespace pinlatch::tls
