package main

import (
	"crypto/x509/pkix"
	"fmt"
	"net"
	"net/url"
)

// Subject is a distinguished name.
type Subject struct {
	CommonName         *string   `pulumi:"commonName,optional"`
	Country            *string   `pulumi:"country,optional"`
	EmailAddress       *string   `pulumi:"emailAddress,optional"`
	Locality           *string   `pulumi:"locality,optional"`
	Organization       *string   `pulumi:"organization,optional"`
	OrganizationalUnit *string   `pulumi:"organizationalUnit,optional"`
	PostalCode         *string   `pulumi:"postalCode,optional"`
	Province           *string   `pulumi:"province,optional"`
	SerialNumber       *string   `pulumi:"serialNumber,optional"`
	StreetAddresses    *[]string `pulumi:"streetAddresses,optional"`
}

func (s *Subject) name() (pkix.Name, error) {
	if s == nil {
		return pkix.Name{}, nil
	}
	if s.EmailAddress != nil {
		return pkix.Name{}, fmt.Errorf("subject.emailAddress is not supported by the stand-in for the tls plugin")
	}
	list := func(value *string) []string {
		if value == nil {
			return nil
		}
		return []string{*value}
	}
	name := pkix.Name{
		Country:            list(s.Country),
		Locality:           list(s.Locality),
		Organization:       list(s.Organization),
		OrganizationalUnit: list(s.OrganizationalUnit),
		PostalCode:         list(s.PostalCode),
		Province:           list(s.Province),
	}
	if s.CommonName != nil {
		name.CommonName = *s.CommonName
	}
	if s.SerialNumber != nil {
		name.SerialNumber = *s.SerialNumber
	}
	if s.StreetAddresses != nil {
		name.StreetAddress = *s.StreetAddresses
	}
	return name, nil
}

// Names are the subject and the subject alternative names of a certificate or of a request for one.
type Names struct {
	Subject     *Subject  `pulumi:"subject,optional"`
	DNSNames    *[]string `pulumi:"dnsNames,optional"`
	IPAddresses *[]string `pulumi:"ipAddresses,optional"`
	Uris        *[]string `pulumi:"uris,optional"`
}

// parsed is Names in the types of crypto/x509.
type parsed struct {
	subject pkix.Name
	dns     []string
	ips     []net.IP
	uris    []*url.URL
}

func (n Names) parse() (parsed, error) {
	var out parsed
	var err error
	if out.subject, err = n.Subject.name(); err != nil {
		return parsed{}, err
	}
	if n.DNSNames != nil {
		out.dns = *n.DNSNames
	}
	if n.IPAddresses != nil {
		for _, text := range *n.IPAddresses {
			ip := net.ParseIP(text)
			if ip == nil {
				return parsed{}, fmt.Errorf("ipAddresses: %q is not an IP address", text)
			}
			out.ips = append(out.ips, ip)
		}
	}
	if n.Uris != nil {
		for _, text := range *n.Uris {
			uri, err := url.Parse(text)
			if err != nil {
				return parsed{}, fmt.Errorf("uris: %w", err)
			}
			out.uris = append(out.uris, uri)
		}
	}
	return out, nil
}
