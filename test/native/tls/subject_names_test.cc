// What a subject amounts to beside a directory name.
#include "tls/subject_names.h"

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
  for (const char* other :
       {"billing", "localhost", "Acme Inc.", "J. Doe", "a@example.com", "", ".", "a.", ".a",
        "1.0.3", "v1.2", "urn:a.b", "a.example.com/x", "billing."}) {
    CAPTURE(other);
    CHECK(HostsOf(other).empty());
  }
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

TEST_CASE("a common name that is an IP address is one, and no host name") {
  const SubjectNames names = Read(Name("CN=10.1.2.3,CN=fe80::1,CN=10.1.2,CN=300.1.1.1"));
  REQUIRE(names.addresses.size() == 2);
  CHECK(names.addresses[0].span()[0] == 10);
  CHECK(names.addresses[1].size == 16);
  CHECK(names.hosts.empty());
}

TEST_CASE("what is not a name has none") {
  CHECK(Read("").hosts.empty());
  CHECK(Read("\x30\x05\x31\x03\x30").mailboxes.empty());
}

}  // namespace
}  // namespace pinlatch::tls
