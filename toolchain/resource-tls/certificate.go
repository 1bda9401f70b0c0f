package main

import (
	"crypto"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// CertInputs are the arguments that both kinds of certificate have.
type CertInputs struct {
	AllowedUses         []string `pulumi:"allowedUses"`
	ValidityPeriodHours int      `pulumi:"validityPeriodHours"`
	EarlyRenewalHours   *int     `pulumi:"earlyRenewalHours,optional"`
	IsCaCertificate     *bool    `pulumi:"isCaCertificate,optional"`
	MaxPathLength       *int     `pulumi:"maxPathLength,optional"`
	SetSubjectKeyID     *bool    `pulumi:"setSubjectKeyId,optional"`
}

// Annotate sets the official defaults.
func (in *CertInputs) Annotate(a infer.Annotator) {
	a.SetDefault(&in.EarlyRenewalHours, 0)
	a.SetDefault(&in.IsCaCertificate, false)
	a.SetDefault(&in.SetSubjectKeyID, false)
}

// CertState is what both kinds of certificate give back.
type CertState struct {
	CertPem           string `pulumi:"certPem"`
	ValidityStartTime string `pulumi:"validityStartTime"`
	ValidityEndTime   string `pulumi:"validityEndTime"`
	ReadyForRenewal   bool   `pulumi:"readyForRenewal"`
}

// template is the certificate that in asks for, for the holder of public.
func template(in CertInputs, names parsed, public crypto.PublicKey) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)) // RFC 5280 4.1.2.2: at most 20 octets
	if err != nil {
		return nil, err
	}
	start := time.Now().UTC().Truncate(time.Second)
	cert := &x509.Certificate{
		SerialNumber: serial, Subject: names.subject,
		DNSNames: names.dns, IPAddresses: names.ips, URIs: names.uris,
		NotBefore: start, NotAfter: start.Add(time.Duration(in.ValidityPeriodHours) * time.Hour),
		BasicConstraintsValid: true, IsCA: *in.IsCaCertificate,
	}
	for _, use := range in.AllowedUses {
		if usage, known := keyUsages[use]; known {
			cert.KeyUsage |= usage
		} else if usage, known := extKeyUsages[use]; known {
			cert.ExtKeyUsage = append(cert.ExtKeyUsage, usage)
		} else {
			return nil, fmt.Errorf("allowedUses: %q is not a known key usage", use)
		}
	}
	if in.MaxPathLength != nil && *in.MaxPathLength >= 0 {
		cert.MaxPathLen = *in.MaxPathLength
		cert.MaxPathLenZero = *in.MaxPathLength == 0
	}
	if cert.IsCA && cert.Subject.String() == "" {
		return nil, fmt.Errorf("subject: a certificate authority needs at least one name (RFC 5280 4.1.2.6)")
	}
	if cert.IsCA || *in.SetSubjectKeyID {
		if cert.SubjectKeyId, err = keyID(public); err != nil {
			return nil, err
		}
	}
	return cert, nil
}

// sign issues cert and returns its id, the serial number. A leaf gets the authority's key id as its AKID.
func sign(cert, authority *x509.Certificate, public crypto.PublicKey, key crypto.Signer) (string, CertState, error) {
	der, err := x509.CreateCertificate(rand.Reader, cert, authority, public, key)
	if err != nil {
		return "", CertState{}, err
	}
	return cert.SerialNumber.String(), CertState{
		CertPem:           encodePem("CERTIFICATE", der),
		ValidityStartTime: cert.NotBefore.Format(time.RFC3339),
		ValidityEndTime:   cert.NotAfter.Format(time.RFC3339),
	}, nil
}

// keyID is the SHA-1 of the public key's bits (RFC 5280 4.2.1.2, method 1).
func keyID(public crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		PublicKey asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, err
	}
	sum := sha1.Sum(info.PublicKey.Bytes)
	return sum[:], nil
}

// decodePem returns the DER of the PEM block in text, which has to be of the kind named.
func decodePem(property, kind, text string) ([]byte, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("%s: no PEM block %q", property, kind)
	}
	return block.Bytes, nil
}

var keyUsages = map[string]x509.KeyUsage{
	"digital_signature":  x509.KeyUsageDigitalSignature,
	"content_commitment": x509.KeyUsageContentCommitment,
	"key_encipherment":   x509.KeyUsageKeyEncipherment,
	"data_encipherment":  x509.KeyUsageDataEncipherment,
	"key_agreement":      x509.KeyUsageKeyAgreement,
	"cert_signing":       x509.KeyUsageCertSign,
	"crl_signing":        x509.KeyUsageCRLSign,
	"encipher_only":      x509.KeyUsageEncipherOnly,
	"decipher_only":      x509.KeyUsageDecipherOnly,
}

var extKeyUsages = map[string]x509.ExtKeyUsage{
	"any_extended":     x509.ExtKeyUsageAny,
	"server_auth":      x509.ExtKeyUsageServerAuth,
	"client_auth":      x509.ExtKeyUsageClientAuth,
	"code_signing":     x509.ExtKeyUsageCodeSigning,
	"email_protection": x509.ExtKeyUsageEmailProtection,
	"timestamping":     x509.ExtKeyUsageTimeStamping,
	"ocsp_signing":     x509.ExtKeyUsageOCSPSigning,
}
