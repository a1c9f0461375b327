#include "lexicon/word_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/same.h"
#include "text/text.h"

struct word_table {
    struct word_entry *slots; /* (mask + 1); key NULL: empty */
    size_t mask;
    size_t count, capacity;
};

struct word_table *word_table_new(size_t capacity) {
    size_t slots = 16;

    if (capacity > SIZE_MAX / 4)
        return NULL;
    while (slots < 2 * capacity)
        slots *= 2;

    struct word_table *table = malloc(sizeof(*table));
    if (!table)
        return NULL;
    *table = (struct word_table){.mask = slots - 1, .capacity = capacity};
    table->slots = calloc(slots, sizeof(*table->slots));
    if (!table->slots) {
        free(table);
        return NULL;
    }
    return table;
}

void word_table_free(struct word_table **table) {
    if (!*table)
        return;
    for (size_t i = 0; i <= (*table)->mask; i++)
        free((char *)(uintptr_t)(*table)->slots[i].key); /* key and value are one piece */
    free((*table)->slots);
    free(*table);
    *table = NULL;
}

static struct word_entry *find(const struct word_table *table, const char *key, size_t size,
                               uint64_t hash) {
    size_t at = (size_t)(hash ^ hash >> 32) & table->mask;

    for (;; at = (at + 1) & table->mask) {
        struct word_entry *entry = &table->slots[at];
        if (!entry->key ||
            (entry->hash == hash && entry->key_size == size && same_bytes(entry->key, key, size)))
            return entry;
    }
}

int word_table_put(struct word_table *table, const char *key, size_t key_size, const char *value,
                   size_t value_size) {
    uint64_t hash = text_hash(key, key_size);
    struct word_entry *entry = find(table, key, key_size, hash);

    if (entry->key)
        return KHULASA_OK;
    if (table->count == table->capacity || key_size > UINT32_MAX / 2 || value_size > UINT32_MAX / 2)
        return KHULASA_E_MEMORY;

    char *copy = malloc(key_size + 1 + value_size + 1);
    if (!copy)
        return KHULASA_E_MEMORY;
    memcpy(copy, key, key_size);
    copy[key_size] = '\0';
    if (value_size > 0)
        memcpy(copy + key_size + 1, value, value_size);
    copy[key_size + 1 + value_size] = '\0';

    *entry = (struct word_entry){
        .key = copy,
        .value = copy + key_size + 1,
        .key_size = (uint32_t)key_size,
        .value_size = (uint32_t)value_size,
        .hash = hash,
    };
    table->count++;
    return KHULASA_OK;
}

const struct word_entry *word_table_get_hashed(const struct word_table *table, const char *key,
                                               size_t key_size, uint64_t hash) {
    const struct word_entry *entry = find(table, key, key_size, hash);

    return entry->key ? entry : NULL;
}

const struct word_entry *word_table_get(const struct word_table *table, const char *key,
                                        size_t key_size) {
    return word_table_get_hashed(table, key, key_size, text_hash(key, key_size));
}

const struct word_entry *word_table_next(const struct word_table *table, size_t *at) {
    while (*at <= table->mask) {
        const struct word_entry *entry = &table->slots[(*at)++];
        if (entry->key)
            return entry;
    }
    return NULL;
}
