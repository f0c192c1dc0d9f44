// Owns the text of names as OpenSSL prints it for -nameopt RFC2253: what nginx ($ssl_client_s_dn),
// HAProxy (ssl_c_s_dn(,0,rfc2253)), Envoy and AWS tell of a client. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pinlatch::identity {

// OpenSslName returns a name in OpenSSL's own short names, with every octet that is not printable
// ASCII as \XX and the attributes of an RDN in the other order than the certificate has them.
// Values of types that OpenSSL has no name for, and those that are no text, are #HEX of their DER.
// `name` is as distinguished_name.h writes it.
std::string OpenSslName(std::string_view name);

// OneLineName writes "/C=FR/O=x/CN=y", least specific first, as OpenSSL's older form and HAProxy
// do, so that no value looks like another attribute (OneLineValue).
std::string OneLineName(std::string_view name);

}  // namespace pinlatch::identity
