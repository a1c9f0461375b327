/*
 * The articles of a request, by id, as a digest names them: what they are called, who published
 * them, and where. Read from the request that was sent; texts are passed over.
 */
#ifndef KHULASA_CLIENT_CATALOGUE_H
#define KHULASA_CLIENT_CATALOGUE_H

#include "wire/span.h"

struct catalogue;

/* request: borrowed for the call. NULL when out of memory. */
struct catalogue *catalogue_new(struct span request);
void catalogue_free(struct catalogue **catalogue);

/* The outlet, or the id where it is not given. Lives as long as the catalogue, or the id. */
const char *catalogue_name(const struct catalogue *catalogue, const char *id);

/* Its title, or NULL. Lives as long as the catalogue. */
const char *catalogue_title(const struct catalogue *catalogue, const char *id);

/* The address, or NULL where none is given that a reader should follow: only http and https are
 * links, and no `javascript:` ever is. */
const char *catalogue_url(const struct catalogue *catalogue, const char *id);

#endif
