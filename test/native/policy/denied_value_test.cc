// What stands in a "not" counts against the client in every spelling, and when it is malformed;
// what admits counts as it stands.
#include "match/denied_value.h"

#include "base/encoding.h"
#include "doctest/doctest.h"
#include "match/condition.h"
#include "policy/test_conditions.h"

namespace pinlatch::policy {
namespace {

using identity::PeerIdentity;
using enum IdentityField;

// Denies says whether a `not` of this shuts the identity out, and Admits whether this lets it in.
bool Denies(const PeerIdentity& identity, const Condition& condition) {
  return !Holds(Not(condition), Facts(identity));
}
bool Admits(const PeerIdentity& identity, const Condition& condition) {
  return Holds(condition, Facts(identity)) || Holds(Not(Not(condition)), Facts(identity));
}

PeerIdentity WithDns(std::string value) {
  PeerIdentity identity;
  identity.san_dns = {"honest.example.org", std::move(value)};
  return identity;
}
PeerIdentity WithMailbox(std::string value) {
  PeerIdentity identity;
  identity.san_email = {std::move(value)};
  return identity;
}
PeerIdentity WithUri(std::string value) {
  PeerIdentity identity;
  identity.san_uri = {std::move(value)};
  return identity;
}
PeerIdentity WithSubject(std::string value) {
  PeerIdentity identity;
  identity.subject = std::move(value);
  return identity;
}

TEST_CASE("a denied host is denied in every spelling, and whoever has a malformed one with it") {
  const Condition exact = FieldIs(kSanDns, {Exactly("banned.example.com")});
  const Condition glob = FieldIs(kSanDns, {Pattern("*.Example.com")});
  for (const char* value :
       {"banned.example.com", "banned.example.com.", "BANNED.example.com", "banned.example.com ",
        "banned.example.com\\00", " banned.example.com", "banned..example.com", "",
        "banned.example.com..", "ban*.example.com", "*.example.com", "*.EXAMPLE.com."}) {
    CAPTURE(value);
    CHECK(Denies(WithDns(value), exact));
    CHECK(Denies(WithDns(value), glob));
  }
  for (const char* value : {"banned.example.com.", "banned.example.com ", "*.example.com"})
    CHECK_FALSE(Admits(WithDns(value), exact));
  for (const char* other :
       {"other.example.org", "example.com", "a.banned.example.com", "*.example.org"}) {
    CHECK_FALSE(Denies(WithDns(other), exact));
    CHECK_FALSE(Denies(WithDns(other), glob));
  }
}

TEST_CASE("a wildcard is denied where a host is that it stands for") {
  const auto denies = [](std::string_view pattern, std::string value) {
    return Denies(WithDns(std::move(value)), FieldIs(kSanDns, {Pattern(pattern)}));
  };
  CHECK(denies("kiosk-*.example.com", "*.example.com"));
  CHECK(denies("**.example.com", "*.hall.example.com"));
  CHECK(denies("a**b.example.com", "*.foo.b.example.com"));
  CHECK(denies("**a.example.com", "*.example.com"));
  CHECK_FALSE(denies("kiosk-*.example.com", "*.example.org"));
  CHECK_FALSE(denies("kiosk-*.example.com", "*.hall.example.com"));
}

TEST_CASE("a denied mailbox is denied in every spelling, also from another kind of name") {
  const Condition host = FieldIs(kSanEmail, {Pattern("*@banned.example.com")});
  const Condition ops = FieldIs(kSanEmail, {Exactly("ops@banned.example.com")});
  for (const char* value :
       {"ops@banned.example.com", "ops@banned.example.com.", "OPS@Banned.example.com",
        "\"ops\"@banned.example.com", "ops\\00@banned.example.com", "ops",
        "ops@banned.example.com ", "a@b@banned.example.com"}) {
    CAPTURE(value);
    CHECK(Denies(WithMailbox(value), host));
    CHECK(Denies(WithMailbox(value), ops));
  }
  CHECK_FALSE(Admits(WithMailbox("ops@banned.example.com."), host));
  CHECK_FALSE(Admits(WithMailbox("Ops@banned.example.com"), ops));
  CHECK_FALSE(Denies(WithMailbox("dev@banned.example.com"), ops));
  CHECK_FALSE(Denies(WithMailbox("\"ops\"@example.org"), host));
  PeerIdentity other;
  other.other_mailboxes = {"ops@banned.example.com"};
  CHECK(Denies(other, ops));
  CHECK_FALSE(Admits(other, ops));
  other.other_mailboxes = {""};
  CHECK(Denies(other, ops));
}

TEST_CASE("a denied URI is denied in every spelling") {
  const Condition glob = FieldIs(kSanUri, {Pattern("spiffe://banned/*")});
  for (const char* value :
       {"spiffe://banned/x", "SPIFFE://BANNED/x", "spiffe://banned./x", "spiffe://user@banned/x",
        "spiffe://banned:/x", "spiffe://banned/y/../x", "spiffe://b%61nned/x", "spiffe://banned",
        "spiffe://banned/x\\5c", "spiffe://banned/%zz", "no uri", "/banned/x", ""}) {
    CAPTURE(value);
    CHECK(Denies(WithUri(value), glob));
  }
  CHECK_FALSE(Admits(WithUri("SPIFFE://BANNED/x"), glob));
  for (const char* other : {"spiffe://other/x", "https://banned/x", "spiffe://banned/x/y"})
    CHECK_FALSE(Denies(WithUri(other), glob));
  const Condition exact = FieldIs(kSanUri, {Exactly("https://banned/a/b")});
  for (const char* value :
       {"https://banned:443/a/b", "https://banned/a/./b", "HTTPS://banned/%61/b"})
    CHECK(Denies(WithUri(value), exact));
  CHECK_FALSE(Denies(WithUri("https://banned/A/b"), exact));
  CHECK(Denies(WithUri("urn:UUID:%7e"), FieldIs(kSanUri, {Exactly("URN:UUID:~")})));
  CHECK(Denies(WithUri("https://banned"), FieldIs(kSanUri, {Exactly("https://banned/")})));
}

TEST_CASE("a denied URI is denied with its scheme's own port in every spelling of the number") {
  const Condition exact = FieldIs(kSanUri, {Exactly("https://evil.test/x")});
  const Condition glob = FieldIs(kSanUri, {Pattern("https://*.test/x")});
  const Condition named = FieldIs(kSanUri, {Pattern("https://evil.test:0443/*")});
  const Condition any = FieldIs(kSanUri, {Pattern("https://evil.test:*/x")});
  for (const char* value :
       {"https://evil.test/x", "https://evil.test:/x", "https://evil.test:443/x",
        "https://evil.test:0443/x", "https://evil.test:00443/x", "https://u:p@evil.test:0443/x",
        "https://evil.test:65979/x", "https:///evil.test/x", "https:evil.test/x"}) {
    CAPTURE(value);
    for (const Condition& condition : {exact, glob, named, any})
      CHECK(Denies(WithUri(value), condition));
  }
  CHECK_FALSE(Denies(WithUri("https://evil.test:8443/x"), exact));
  CHECK_FALSE(Denies(WithUri("https://evil.test:8443/x"), glob));
  CHECK(Denies(WithUri("https://evil.test:8443/x"), any));
  CHECK(Denies(WithUri("https://a:08443/"), FieldIs(kSanUri, {Exactly("https://a:8443/")})));
  CHECK_FALSE(Denies(WithUri("spiffe://a:0/"), FieldIs(kSanUri, {Exactly("spiffe://a/")})));
  for (const char* value : {"wss://evil.test:443/x", "wss://evil.test/x", "WSS://evil.test:0443/x"})
    CHECK(Denies(WithUri(value), FieldIs(kSanUri, {Exactly("wss://evil.test/x")})));
  CHECK(Denies(WithUri("ws://a:80/"), FieldIs(kSanUri, {Exactly("ws://a/")})));
  CHECK(Denies(WithUri("ftp://a:21/"), FieldIs(kSanUri, {Exactly("ftp://a/")})));
  CHECK(Denies(WithUri("ldaps://a:636/"), FieldIs(kSanUri, {Exactly("ldaps://a/")})));
  CHECK_FALSE(Denies(WithUri("wss://a:80/"), FieldIs(kSanUri, {Exactly("wss://a/")})));
}

TEST_CASE("a denied pattern of URIs is denied in other spellings of its own, and with a query") {
  const auto denies = [](const char* pattern, const char* value) {
    return Denies(WithUri(value), FieldIs(kSanUri, {Pattern(pattern)}));
  };
  CHECK(denies("https://*@evil.test/x", "https://u@EVIL.test/x"));
  CHECK(denies("https://evil.test./*", "https://evil.test/x"));
  CHECK(denies("https://%65vil.test/*", "https://EVIL.test/x"));
  CHECK(denies("https://evil.test/%c3*", "HTTPS://evil.test/%C3x"));
  CHECK(denies("https://evil.test/*", "https://evil.test/x?y/z"));
  CHECK(denies("spiffe://*.evil.test/*", "spiffe://a.evil.test?/x/y"));
  CHECK(denies("spiffe://*.evil.test/*", "spiffe://dev.test?.evil.test/x"));
  CHECK(denies("**.evil.test/x", "spiffe://a.evil.test/x"));
  CHECK_FALSE(denies("https://evil.test/*", "https://good.test/x?y"));
}

TEST_CASE("a denied address in a URI is denied in every form of the number") {
  const Condition six = FieldIs(kSanUri, {Exactly("https://[::1]/x")});
  CHECK(Denies(WithUri("https://[0:0::0:1]:443/x"), six));
  CHECK_FALSE(Denies(WithUri("https://[::2]/x"), six));
  const Condition four = FieldIs(kSanUri, {Exactly("https://127.0.0.1/x")});
  for (const char* value : {"https://127.1/x", "https://0x7f.1/x", "https://2130706433/x",
                            "https://0177.0.0.1/x", "https://127.0.0.1./x"}) {
    CHECK_MESSAGE(Denies(WithUri(value), four), value);
  }
  CHECK_FALSE(Denies(WithUri("https://127.0.0.2/x"), four));
  CHECK_FALSE(Denies(WithUri("spiffe://7/x"), FieldIs(kSanUri, {Exactly("spiffe://8/x")})));
}

TEST_CASE("what is no URI equals none, not even the same text") {
  for (const char* text : {"https://a b/", "https://a..b/", "1https://a/", "https://a:x/", "a",
                           "https:///a", "spiffe://a/x\\5c"}) {
    CHECK_MESSAGE(
        !Admits(WithUri(text), FieldIs(kSanUri, {Exactly(text), Pattern("**"), Pattern(text)})),
        text);
  }
}

Condition Network(std::vector<uint8_t> bytes, uint8_t bits) {
  Match match;
  match.kind = Match::Kind::kNetwork;
  for (const uint8_t byte : bytes) match.bytes[match.size++] = byte;
  match.bits = bits;
  return FieldIs(kSanIp, {match});
}

TEST_CASE("a denied address is denied within IPv6 too, and whoever has none that can be read") {
  const auto with = [](std::string value) {
    PeerIdentity identity;
    identity.san_ip = {std::move(value)};
    return identity;
  };
  const Condition ten = Network({10, 0, 0, 0}, 8);
  const Condition mapped = Network({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 0}, 104);
  for (const Condition& denied : {ten, mapped}) {
    for (const char* value : {"10.0.0.1", "::ffff:10.0.0.1", "#0a00"})
      CHECK(Denies(with(value), denied));
    for (const char* value : {"11.0.0.1", "::ffff:11.0.0.1", "2001:db8::1"})
      CHECK_FALSE(Denies(with(value), denied));
  }
  CHECK_FALSE(Admits(with("::ffff:10.0.0.1"), ten));
  CHECK_FALSE(Admits(with("10.0.0.1"), mapped));
}

TEST_CASE("a denied attribute is denied whatever case, spaces and form it has") {
  const Condition unit = FieldIs(kSubjectAttribute, {Exactly("Sales West")}, "OU");
  for (const char* name :
       {"OU=Sales West", "OU=sales  west", "OU=SALES WEST\\20", "OU=Sales\\C2\\A0West",
        "OU=\\EF\\BC\\B3ales West", "OU=Sa\\C2\\ADles West"}) {
    CAPTURE(name);
    CHECK(Denies(WithSubject(name), unit));
  }
  CHECK_FALSE(Admits(WithSubject("OU=sales west"), unit));
  CHECK_FALSE(Denies(WithSubject("OU=Sales East"), unit));
  CHECK(Denies(WithSubject("OU=kiosks"), FieldIs(kSubjectAttribute, {Pattern("KIOSK*")}, "OU")));
  // No string, so that nobody can say what it is.
  const Condition number = FieldIs(kSubjectAttribute, {Exactly("x")}, "2.5.4.97");
  CHECK(Denies(WithSubject("2.5.4.97=#0403414243"), number));
  CHECK_FALSE(Denies(WithSubject("2.5.4.98=#0403414243"), number));
}

TEST_CASE("a denied name is denied in every spelling and order") {
  const Condition name = FieldIs(kSubject, {Exactly("CN=billing,O=Acme,C=DE")});
  for (const char* value :
       {"CN=billing,O=Acme,C=DE", "CN=Billing,O=ACME,C=de", "C=DE,O=Acme,CN=billing"})
    CHECK(Denies(WithSubject(value), name));
  CHECK_FALSE(Admits(WithSubject("CN=Billing,O=ACME,C=de"), name));
  CHECK_FALSE(Denies(WithSubject("CN=billing,O=Acme"), name));
  CHECK_FALSE(Denies(WithSubject("CN=billing,OU=Acme,C=DE"), name));
}

TEST_CASE("a denied serial is denied with and without zeros") {
  PeerIdentity identity;
  identity.serial = "0ABC";
  for (const char* serial : {"0ABC", "abc", "00:0a:bc"})
    CHECK(Denies(identity, FieldIs(kSerial, {Exactly(serial)})));
  CHECK_FALSE(Denies(identity, FieldIs(kSerial, {Exactly("ABC0")})));
  CHECK_FALSE(Admits(identity, FieldIs(kSerial, {Exactly("abc")})));
}

// The same certificate but for its key's point, which is compressed in the second.
constexpr std::string_view kPlain =
    "308201053081aba003020102020101300a06082a8648ce3d040302300c310a300806035504030c0161301e170d"
    "3236313133303033303432355a170d3236313230313033303432355a300c310a300806035504030c0161305930"
    "1306072a8648ce3d020106082a8648ce3d030107034200049103a9b903c336aea3dc81d3d149dae86186f2e576"
    "03aa7f19f9fdd086af0cc7161b03846bf4f19a9d83e0b4859ca8027f8dbc80b90f635a22f29267c098af1f300a"
    "06082a8648ce3d04030203490030460221009c3ba7c2745a35cec4b301717435cb1de05c990df3eae3c1186ad5"
    "761f592549022100ce72c7d932a04815b7f297f28000d5cb96d89ecb83054ac42cd976c7796e491e";
constexpr std::string_view kCompressed =
    "3081e530818ba003020102020101300a06082a8648ce3d040302300c310a300806035504030c0161301e170d32"
    "36313133303033303432355a170d3236313230313033303432355a300c310a300806035504030c016130393013"
    "06072a8648ce3d020106082a8648ce3d030107032200039103a9b903c336aea3dc81d3d149dae86186f2e57603"
    "aa7f19f9fdd086af0cc7300a06082a8648ce3d04030203490030460221009c3ba7c2745a35cec4b301717435cb"
    "1de05c990df3eae3c1186ad5761f592549022100ce72c7d932a04815b7f297f28000d5cb96d89ecb83054ac42c"
    "d976c7796e491e";

PeerIdentity FromHex(std::string_view digits) {
  std::vector<uint8_t> der(digits.size() / 2);
  REQUIRE(HexDecodeInto(digits, der));
  auto identity = identity::Describe(der);
  REQUIRE(identity.ok());
  return std::move(identity).value();
}

TEST_CASE("a denied key is denied with its point compressed or not") {
  const PeerIdentity plain = FromHex(kPlain);
  const PeerIdentity compressed = FromHex(kCompressed);
  REQUIRE(plain.spki_sha256 != compressed.spki_sha256);
  for (const PeerIdentity* named : {&plain, &compressed}) {
    const Condition key = FieldIs(kSpkiSha256, {DigestOf(named->spki_sha256)});
    CHECK(Denies(plain, key));
    CHECK(Denies(compressed, key));
    CHECK(Admits(*named, key));
    CHECK_FALSE(Admits(named == &plain ? compressed : plain, key));
  }
  CHECK_FALSE(Denies(plain, FieldIs(kSpkiSha256, {Digest(0x11, 32)})));
}

}  // namespace
}  // namespace pinlatch::policy
