// How names compare with the bases of name constraints (RFC 5280 section 4.2.1.10), as tables.
#include "names/name_match.h"

#include <doctest/doctest.h>

#include <string>

namespace pinlatch::tls {
namespace {

TEST_CASE("a DNS name is within a base by whole labels, in any case") {
  CHECK(DnsWithin("host.example.com", "example.com"));
  CHECK(DnsWithin("example.com", "example.com"));
  CHECK(DnsWithin("A.EXAMPLE.com", "example.COM"));
  CHECK(DnsWithin("anything", ""));
  CHECK(!DnsWithin("badexample.com", "example.com"));
  CHECK(!DnsWithin("example.com", "host.example.com"));
  CHECK(!DnsWithin("example.com.evil", "example.com"));
  CHECK(DnsWithin("host.example.com", ".example.com"));
  CHECK(!DnsWithin("example.com", ".example.com"));
}

TEST_CASE("a wildcard reaches exactly the names of one more label") {
  CHECK(WildcardReaches("*.example.com", "host.example.com"));
  CHECK(!WildcardReaches("*.example.com", "a.host.example.com"));
  CHECK(!WildcardReaches("*.example.com", "example.com"));
  CHECK(!WildcardReaches("host.example.com", "host.example.com"));
  CHECK(!WildcardReaches("*.example.com", ".host.example.com"));
}

TEST_CASE("only host names are DNS names; a wildcard stands alone and first") {
  for (const char* good :
       {"a", "a.b", "xn--e1afmkfd.example", "*.example.com", "_srv.example.com", "1.2.3"}) {
    CHECK_MESSAGE(IsDnsName(good), good);
  }
  const std::string label(64, 'a');
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".a"), std::string("a."), std::string("a..b"),
        std::string("*"), std::string("a.*.b"), std::string("f*.a"), std::string("a b"),
        std::string("a\0b", 3), std::string("a/b"), label, std::string(254, 'a')}) {
    CHECK_MESSAGE(!IsDnsName(bad), bad);
  }
}

TEST_CASE("a mailbox is within a mailbox, a host or a domain") {
  CHECK(MailboxWithin("a@example.com", "a@example.com"));
  CHECK(MailboxWithin("a@EXAMPLE.com", "a@example.com"));
  CHECK(!MailboxWithin("A@example.com", "a@example.com"));
  CHECK(MailboxWithin("a@example.com", "example.com"));
  CHECK(!MailboxWithin("a@host.example.com", "example.com"));
  CHECK(MailboxWithin("a@host.example.com", ".example.com"));
  CHECK(!MailboxWithin("a@example.com", ".example.com"));
}

TEST_CASE(
    "a mailbox is a dot-atom at a host; quoted forms, which could spell it otherwise, are none") {
  for (const char* good : {"a@b", "first.last+tag@example.com", "*@example.com"})
    CHECK_MESSAGE(IsMailbox(good), good);
  for (const char* bad : {"", "a", "@b", "a@", "a@b@c", "\"a\"@b", ".a@b", "a.@b", "a..b@c",
                          "a b@c", "a@[1.2.3.4]"}) {
    CHECK_MESSAGE(!IsMailbox(bad), bad);
  }
}

TEST_CASE("a URI compares by its host, which must be a name") {
  CHECK(HostOfUri("https://user@host.example.com:8443/path?q#f") == "host.example.com");
  CHECK(HostOfUri("spiffe://example.org/workload") == "example.org");
  for (const char* bad :
       {"urn:uuid:1", "mailto:a@b", "https:///path", "https://127.0.0.1/", "https://[::1]/", "//a/",
        "https://a b/", "https://a%2eb/", "https://1/", "x"}) {
    CHECK_MESSAGE(!HostOfUri(bad).has_value(), bad);
  }
  for (const char* bad :
       {"https://evil.test\\@ok.test/x", "https://a b@ok.test/", "https://ok.test:x/",
        "https://ok.test:65979/", "1https://ok.test/", "https://ok.test/%zz", "https://ok.test/a b",
        "https://a@b@ok.test/", "https://ok.test]/", "https://@/", "http://a..b/",
        "http://ok.test./", "https://ok.test\x01/", "https://ok.test/\x7f"}) {
    CHECK_MESSAGE(!HostOfUri(bad).has_value(), bad);
  }
  CHECK(HostOfUri("spiffe://dev.test?.prod.test/x") == "dev.test");
  CHECK(HostOfUri("spiffe://dev.test#.prod.test/x") == "dev.test");
  CHECK(HostOfUri("https://api.prod.test:x@dev.test/x") == "dev.test");
  CHECK(UriWithin("https://host.example.com/", "host.example.com"));
  CHECK(!UriWithin("https://a.host.example.com/", "host.example.com"));
  CHECK(UriWithin("https://a.example.com/", ".example.com"));
  CHECK(!UriWithin("https://example.com/", ".example.com"));
  CHECK(!UriWithin("https://evil.com/.example.com", ".example.com"));
}

TEST_CASE("an address is within a range of its own family") {
  const std::string range("\x0a\x01\x00\x00\xff\xff\x00\x00", 8);
  CHECK(AddressWithin(AsBytes(std::string_view("\x0a\x01\x02\x03", 4)), AsBytes(range)));
  CHECK(!AddressWithin(AsBytes(std::string_view("\x0a\x02\x02\x03", 4)), AsBytes(range)));
  CHECK(!AddressWithin(AsBytes(std::string(16, '\x0a')), AsBytes(range)));
}

TEST_CASE("a base that could match nothing is not taken for a constraint") {
  CHECK(IsHostBase("example.com"));
  CHECK(IsHostBase(".example.com"));
  CHECK(IsHostBase(""));
  CHECK(!IsHostBase("example.com."));
  CHECK(!IsHostBase("*.example.com"));
  CHECK(!IsHostBase("a b"));
  CHECK(IsMailboxBase("a@example.com"));
  CHECK(!IsMailboxBase("\"a\"@example.com"));
}

}  // namespace
}  // namespace pinlatch::tls
