// Which names are the same (RFC 5280 section 7.1), and where one lies to a subtree.
#include "names/distinguished_name.h"

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

std::string Canonical(const std::string& der) { return *CanonicalName(AsBytes(der)); }
bool Same(const std::string& a, const std::string& b) { return Canonical(a) == Canonical(b); }
Place PlaceIn(const std::string& name, const std::string& base) {
  return PlaceOf(Canonical(name), Canonical(base));
}

TEST_CASE("canonical names are equal when RFC 5280 section 7.1 says so") {
  CHECK(Same(Name("CN=A  b ,O=C"), Name("CN=a B,O=c")));
  CHECK(Same(Name("CN=a", 0x0c), Name("CN=a", 0x13)));
  CHECK(!Same(Name("CN=a,O=b"), Name("O=b,CN=a")));
  CHECK(!Same(Name("CN=ab"), Name("CN=a b")));
  CHECK(!Same(Name("CN=a"), Name("O=a")));
  CHECK(Canonical(Name("")).empty());
}

TEST_CASE("names are the same in every form that RFC 4518 takes for one text") {
  const std::string name = Name("O=Müller und Söhne");
  for (const char* form :
       {"MÜLLER UND SÖHNE", "Mu\u0308ller und So\u0308hne", "Müller\u00a0und Söhne",
        "Müller\tund Söhne", "Mül\u00adler und Söhne", "\u3000Müller und  Söhne "}) {
    CHECK(Same(Name("O=" + std::string(form)), name));
  }
  CHECK(!Same(Name("O=Muller und Sohne"), name));
}

TEST_CASE("names are the same in every type of string that can hold them") {
  const std::string name = Name("CN=Müller");
  CHECK(Same(Name("CN=" + Utf16("MÜLLER"), 0x1e), name));
  CHECK(Same(Name("CN=" + Utf32("MÜLLER"), 0x1c), name));
  CHECK(Same(Name("CN=M\xdcLLER", 0x14), name));
  for (const int tag : {0x0c, 0x13, 0x14, 0x16, 0x1a})
    CHECK(Same(Name("CN=acme", tag), Name("CN=ACME")));
  CHECK(Same(Name("CN=42", 0x12), Name("CN=42")));
  // What is no string is compared as it stands.
  CHECK(!Same(Name("CN=acme", 0x04), Name("CN=acme")));
}

TEST_CASE("the order of RDNs counts, the order within one does not") {
  CHECK(Same(Seq(Rdn({{"CN", "a"}, {"O", "b"}})), Seq(Rdn({{"O", "B"}, {"CN", "A"}}))));
  CHECK(!Same(Seq(Rdn({{"CN", "a"}, {"O", "b"}})), Name("CN=a,O=b")));
}

TEST_CASE("a subtree holds names by whole RDNs") {
  CHECK(PlaceIn(Name("C=X,O=y,CN=z"), Name("C=x,O=Y")) == Place::kInside);
  CHECK(PlaceIn(Name("C=x"), Name("")) == Place::kInside);
  CHECK(PlaceIn(Name("C=x,O=yy"), Name("C=x,O=y")) == Place::kOutside);
  CHECK(PlaceIn(Name("C=x"), Name("C=x,O=y")) == Place::kOutside);
}

TEST_CASE(
    "a value that cannot be prepared equals itself alone, and makes the place unclear where it "
    "decides") {
  for (const std::string& odd :
       {Name("O=acme\ue000"), Name("O=ac\u2066me"), Name("O=\u0301acme")}) {
    CHECK(Same(odd, odd));
    CHECK(!Same(odd, Name("O=acme")));
    CHECK(PlaceIn(odd, Name("O=acme")) == Place::kUnclear);
    CHECK(PlaceIn(Name("O=acme,CN=a"), odd) == Place::kUnclear);
    CHECK(PlaceIn(odd, odd) == Place::kUnclear);
    CHECK(PlaceIn(odd, Name("CN=acme")) == Place::kOutside);
    CHECK(PlaceIn(odd, Name("O=acme,CN=a")) == Place::kOutside);
    CHECK(PlaceIn(odd, Name("")) == Place::kInside);
  }
  CHECK(!Same(Name("O=acme\ue000"), Name("O=acme\ue001")));
  CHECK(PlaceIn(Name("O=acme,CN=a\ue000"), Name("O=acme")) == Place::kInside);
  CHECK(PlaceIn(Name("O=other,CN=a\ue000"), Name("O=acme,CN=a")) == Place::kOutside);
  CHECK(PlaceIn(Name("O=acme\ue000,CN=a"), Name("O=acme,CN=b")) == Place::kOutside);
}

TEST_CASE("what is not a name, or an absurd one, has no canonical form") {
  std::string absurd = "CN=0";
  for (int i = 0; i < 128; ++i) absurd += ",CN=0";
  CHECK(!CanonicalName(AsBytes(Name(absurd))).has_value());
  CHECK(!CanonicalName(AsBytes(std::string("\x30\x02\x31\x00", 4))).has_value());
  CHECK(!CanonicalName(AsBytes(Name("CN=a") + "x")).has_value());
  CHECK(!CanonicalName({}).has_value());
  const std::string in_pieces = test::x509::Tlv(0x0c, "ac") + test::x509::Tlv(0x0c, "me");
  CHECK(!CanonicalName(AsBytes(Name("O=" + in_pieces, 0x2c))).has_value());
}

}  // namespace
}  // namespace pinlatch::tls
