/*
 * Results -> JSON. Each function writes one value, whole.
 */
#ifndef KHULASA_WIRE_ENCODE_H
#define KHULASA_WIRE_ENCODE_H

#include "wire/out.h"
#include "wire/request.h"

/* An element of `articles`. */
void encode_summary(struct out *out, const struct wire_request *request, size_t article,
                    const struct khulasa_summary *summary);
void encode_article_error(struct out *out, const struct wire_article *article,
                          const struct khulasa_error *error);

/* The value of `set`. */
void encode_digest(struct out *out, const struct wire_request *request,
                   const struct khulasa_digest *digest);

/* The members of analyze's answer. summary: for its key phrases; NULL: there are none. */
void encode_analysis(struct out *out, const struct wire_request *request,
                     const khulasa_document *document, const struct khulasa_summary *summary);

/* A clear sentence that names the article. buffer: at least 320 bytes. */
const char *article_error_message(char *buffer, size_t size, const struct wire_article *article,
                                  const struct khulasa_error *error);

#endif
