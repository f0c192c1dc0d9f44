// Name constraints bind what conditions ask of a subject: its host names, addresses and mailboxes,
// as OpenSSL has it where RFC 5280 section 4.2.1.10 is silent.
#include <doctest/doctest.h>

#include "tls/name_bytes.h"
#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

Der Permit(const Der& base) { return ConstraintsExt(Seq(base), {}); }
Der Exclude(const Der& base) { return ConstraintsExt({}, Seq(base)); }

// The outcome for a leaf with this subject, and these alternative names, below a CA with these
// constraints.
std::string Rule(const Der& constraints, const Der& subject, const Der& names = {},
                 tls::Purpose purpose = tls::Purpose::kClientAuth) {
  const Holder root = Ca("CN=root");
  const Holder middle = Ca("CN=middle", &root, constraints);
  Spec spec;
  spec.subject_name = subject;
  const bool is_client = purpose == tls::Purpose::kClientAuth;
  spec.extensions = UsageExt(0x80) + PurposeExt({is_client ? kClientAuthOid : kServerAuthOid}) +
                    (names.empty() ? Der() : NamesExt(names));
  const Holder leaf = Issue(spec, &middle);
  return VerifyCase{{&root}, {&leaf, &middle}, {}, {}, kNow, purpose}.Rule();
}

std::string HostRule(const std::string& common_name, const Der& names = {}) {
  return Rule(Permit(Dns("example.com")), Name("CN=" + common_name), names);
}

TEST_CASE("a common name that looks like a host name is held to DNS constraints") {
  for (const char* inside :
       {"a.example.com", "A.EXAMPLE.COM", "a.example.com.", "*.example.com", "example.com"})
    CHECK(HostRule(inside) == "accepted");
  for (const char* outside :
       {"a.example.org", "A.EXAMPLE.ORG", "a.example.org.", "*.example.org", "a_b.example.org",
        "ａ．ｅｘａｍｐｌｅ．ｏｒｇ", "a.exam\u00adple.org"}) {
    CAPTURE(outside);
    CHECK(HostRule(outside) == "name-not-permitted");
  }
  for (const char* odd : {"a..example.com", "bücher.example.com", "a.*.example.com"})
    CHECK(HostRule(odd) == "name-malformed");
  CHECK(Rule(Exclude(Dns("example.org")), Name("CN=a.example.org")) == "name-excluded");
  CHECK(Rule(Exclude(Dns("a.example.org")), Name("CN=*.example.org")) == "name-excluded");
  CHECK(Rule(Exclude(Dns("example.org")), Name("CN=a.example.com")) == "accepted");
}

TEST_CASE("a common name that looks like none is free, as is one beside a dNSName") {
  for (const char* other : {"billing", "localhost", "Acme Inc.", "J. R. Doe", "Release 1.0.3"})
    CHECK(HostRule(other) == "accepted");
  CHECK(HostRule("a.example.org", Dns("a.example.com")) == "accepted");
  CHECK(HostRule("a.example.org", Email("a@example.org")) == "name-not-permitted");
  CHECK(HostRule("a.example.org", Ip("\x0a\x01\x02\x03")) == "name-not-permitted");
  CHECK(Rule(Permit(Email("example.com")), Name("CN=a.example.org")) == "accepted");
}

TEST_CASE("an odd character takes no common name out of DNS constraints") {
  for (const char* odd :
       {"x y.example.org", "+7.example.org", "a.example.org:443", "a.example.org..",
        "https://a.example.org", "a/b.example.org", "o'a.example.org", "a~1.example.org",
        "boss@example.org", "a.example.com b.example.org"}) {
    CAPTURE(odd);
    CHECK(HostRule(odd) == "name-not-permitted");
  }
  for (const char* odd : {"(a).example.org", ".org"}) CHECK(HostRule(odd) == "name-malformed");
  for (const char* inside : {"x y.example.com", "a.example.com:443", "a.example.com.."})
    CHECK(HostRule(inside) == "accepted");
  CHECK(Rule(Exclude(Dns("example.org")), Name("CN=x y.example.org")) == "name-excluded");
}

TEST_CASE(
    "a common name of host-name characters is held to DNS constraints whatever its last label") {
  for (const char* number : {"kiosk.example.1", "127.1", "10.0.0.1", "1.0.3"})
    CHECK(HostRule(number) == "name-not-permitted");
  CHECK(HostRule("kiosk.example.1", Dns("a.example.com")) == "accepted");
  CHECK(HostRule("10.0.0.1", Ip("\x0a\x01\x02\x03")) == "accepted");
  CHECK(HostRule("127.1", Ip("\x0a\x01\x02\x03")) == "name-not-permitted");
}

Der Utf8Mailbox(const std::string& mailbox, int tag = 0x0c) {
  return Tlv(0xa0, Oid("1.3.6.1.5.5.7.8.9") + Tlv(0xa0, Tlv(tag, mailbox)));
}

TEST_CASE("a mailbox in an otherName is held to e-mail constraints") {
  const auto rule = [](const Der& constraints, const Der& name) {
    return Rule(constraints, Name("CN=leaf"), name);
  };
  const Der host = Permit(Email("example.com"));
  CHECK(rule(host, Utf8Mailbox("jos\u00e9@example.com")) == "accepted");
  CHECK(rule(host, Utf8Mailbox("jos\u00e9@example.org")) == "name-not-permitted");
  CHECK(rule(host, Utf8Mailbox("ops@example.org")) == "name-not-permitted");
  CHECK(rule(host, Utf8Mailbox("ops@example.com", 0x16)) == "name-malformed");
  CHECK(rule(host, Utf8Mailbox("jos\u00e9@b\u00fccher.example")) == "name-malformed");
  CHECK(rule(Exclude(Email("example.org")), Utf8Mailbox("jos\u00e9@example.org")) ==
        "name-excluded");
  // Whether the two are one mailbox nobody can say.
  CHECK(rule(Exclude(Email("jose@example.com")), Utf8Mailbox("jos\u00e9@example.com")) ==
        "name-malformed");
  CHECK(rule(Permit(Dns("example.com")), Utf8Mailbox("ops@example.org")) == "accepted");
}

TEST_CASE("every common name is held to DNS constraints, in any type of string and any RDN") {
  const auto rule = [](const Der& subject) { return Rule(Permit(Dns("example.com")), subject); };
  CHECK(rule(Name("CN=a.example.com,O=x,CN=a.example.org")) == "name-not-permitted");
  CHECK(rule(Name("CN=a.example.org,O=x,CN=a.example.com")) == "name-not-permitted");
  CHECK(rule(Seq(Rdn({{"CN", "leaf"}, {"CN", "a.example.org"}}))) == "name-not-permitted");
  for (const int tag : {0x0c, 0x13, 0x14, 0x16}) {
    CHECK(rule(Name("CN=a.example.org", tag)) == "name-not-permitted");
    CHECK(rule(Name("CN=a.example.com", tag)) == "accepted");
  }
  CHECK(rule(Name("CN=" + Utf16("a.example.org"), 0x1e)) == "name-not-permitted");
  CHECK(rule(Name("CN=" + Utf32("a.example.org"), 0x1c)) == "name-not-permitted");
  CHECK(rule(Name("CN=" + Utf16("a.example.com"), 0x1e)) == "accepted");
  CHECK(rule(Name(std::string("CN=a.example.com\0.example.org", 29))) == "name-malformed");
}

TEST_CASE("every e-mail address of a subject is held to constraints, also beside another one") {
  const auto rule = [](const std::string& subject, const Der& names) {
    return Rule(Permit(Email("example.com")), Name(subject), names);
  };
  CHECK(rule("CN=leaf,E=a@example.com", {}) == "accepted");
  CHECK(rule("CN=leaf,E=a@EXAMPLE.com", {}) == "accepted");
  CHECK(rule("CN=leaf,E=a@example.org", {}) == "name-not-permitted");
  CHECK(rule("CN=leaf,E=a@example.org", Email("b@example.com")) == "name-not-permitted");
  CHECK(rule("CN=leaf,E=b@example.com,E=a@example.org", Email("b@example.com")) ==
        "name-not-permitted");
  CHECK(rule("CN=leaf,E=not a mailbox", Email("b@example.com")) == "name-malformed");
  const Der wide = Name("E=" + Utf16("a@example.org"), 0x1e);
  CHECK(Rule(Permit(Email("example.com")), wide) == "name-not-permitted");
  CHECK(Rule(Exclude(Email("example.org")), wide) == "name-excluded");
  CHECK(Rule(Exclude(Email("example.org")), Name("E=a@example.org", 0x16),
             Email("b@example.com")) == "name-excluded");
}

TEST_CASE(
    "a common name that is an address is held to address constraints where no other name says it") {
  const std::string net("\x0a\x00\x00\x00\xff\x00\x00\x00", 8);
  const auto rule = [&](const std::string& common_name, const Der& names) {
    return Rule(Permit(Ip(net)), Name("CN=" + common_name), names);
  };
  CHECK(rule("10.1.2.3", {}) == "accepted");
  CHECK(rule("11.1.2.3", {}) == "name-not-permitted");
  CHECK(rule("fe80::1", {}) == "name-not-permitted");
  CHECK(rule("11.1.2.3", Ip("\x0a\x01\x02\x03")) == "accepted");
  CHECK(rule("11.1.2.3", Dns("a.example.com")) == "accepted");
}

TEST_CASE("names of intermediates' subjects are held too, but for self-issued ones") {
  const auto rule = [](const std::string& subject) {
    const Holder root = Ca("CN=root.example.org", nullptr, Permit(Dns("example.com")));
    const Holder middle = Ca(subject, &root);
    const Holder leaf = Client(middle);
    return VerifyCase{{&root}, {&leaf, &middle}, {}, {}}.Rule();
  };
  CHECK(rule("CN=ca.example.com") == "accepted");
  CHECK(rule("CN=ca.example.org") == "name-not-permitted");
  CHECK(rule("CN=root.example.org") == "accepted");
}

TEST_CASE("a refusal says where the name stands") {
  const Holder root = Ca("CN=root", nullptr, Permit(Dns("example.com")));
  const auto detail = [&](const std::string& subject, const Der& names) {
    const Holder leaf = Client(root, names, subject);
    return VerifyCase{{&root}, {&leaf}, {}, {}}.Verdict().refusal->detail;
  };
  CHECK(detail("CN=a.example.org", {}) == "DNS name a.example.org in its subject");
  CHECK(detail("CN=a", NamesExt(Dns("b.org"))) == "DNS name b.org in its subjectAltName");
  CHECK(detail("CN=a", NamesExt(Dns(""))) == "DNS name without text in its subjectAltName");
}

TEST_CASE("services' certificates are held to the same") {
  const auto server = tls::Purpose::kServerAuth;
  CHECK(Rule(Permit(Dns("example.com")), Name("CN=a.example.org"), {}, server) ==
        "name-not-permitted");
  CHECK(Rule(Permit(Dns("example.com")), Name("CN=a.example.com"), {}, server) == "accepted");
}

}  // namespace
}  // namespace pinlatch::test::x509
