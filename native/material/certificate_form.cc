// See certificate_form.h.
#include "material/certificate_form.h"

#include "der/der_reader.h"

namespace pinlatch::material {

namespace der = tls::der;
using tls::DerReader;

bool HasCertificateForm(ByteSpan bytes) {
  DerReader outer(bytes);
  DerReader certificate = outer.Enter(der::kSequence);
  DerReader tbs = certificate.Enter(der::kSequence);
  tbs.TakeOptional(der::Constructed(0));  // version
  tbs.Take(der::kInteger);                // serial
  // signature, issuer, validity, subject, subjectPublicKeyInfo
  for (int i = 0; i < 5; ++i) tbs.Take(der::kSequence);
  tbs.TakeOptional(der::Primitive(1));  // unique identifiers
  tbs.TakeOptional(der::Primitive(2));
  tbs.TakeOptional(der::Constructed(3));  // extensions
  certificate.Take(der::kSequence);       // signatureAlgorithm
  certificate.Take(der::kBitString);
  return tbs.AtEnd() && certificate.AtEnd() && outer.AtEnd();
}

}  // namespace pinlatch::material
