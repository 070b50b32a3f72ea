#!/usr/bin/env python3
"""Writes the example dump: six tables in Dreamdata's nested schema, and receipt.json last.

    make-dump.py [OUT]        OUT is `dump` beside this script unless it is given

The dump tells one story: how companies found a software maker from Aarhus and which of them bought.
The rows are always the same. Needs pyarrow; examples/dump was written by pyarrow 26.0.1.
"""
import base64
import datetime
import hashlib
import json
import pathlib
import random
import re
import shutil
import sys

import pyarrow as pa
import pyarrow.parquet as pq

TIMESTAMP = "2026-11-20T04:03:07.963883Z"
LABEL = TIMESTAMP[:16]
NOW = datetime.datetime.fromisoformat(TIMESTAMP.replace("Z", "+00:00"))
FILES = {"attribution": 3, "companies": 1, "contacts": 2, "events": 3, "spend": 2, "stages": 1}

# name[:type][[]][{fields}]; a name without a type is a string, JSON text is a string too.
SCHEMA = {
    "companies": """
        dd_company_id domain all_domains[] account_owner{email name}
        properties{created_date:time name country industry annual_revenue number_of_employees
            linkedin_url is_from_primary_crm:bool is_anonymous_company:bool engagement_score:float}
        custom_properties
        source_system[]{id source object object_url created_date:time}
        audiences[]{dd_audience_id name created_date:time description}
        row_checksum""",
    "contacts": """
        dd_contact_id email
        properties{created_date:time name first_name last_name phone_number title role seniority
            country email_domain additional_emails[] is_corporate_email:bool is_from_primary_crm:bool}
        source_system[]{id source object object_url created_date:time}
        custom_properties
        companies[]{dd_company_id name domain is_primary_company:bool}
        audiences[]{dd_audience_id name created_date:time description}
        row_checksum""",
    "events": """
        dd_event_id dd_event_activity_id dd_session_id dd_session_activity_id event_name
        timestamp:time quantity:int dd_visitor_id dd_contact_id dd_company_id dd_tracking_type
        dd_event_session_order:int dd_is_primary_event:bool
        event{url_clean url referrer_clean referrer utm_medium utm_campaign utm_source utm_term host
            browser browser_version device os os_version campaign medium term keyword match_type
            visitor_country content_category is_conversion:bool conversion_name
            is_single_session:bool}
        session{SESSION}
        source_system{id source}
        signals[]{id name category used_in_engagement_score:bool}
        stages[]{dd_stage_id name timestamp:time value:float}
        row_checksum""",
    "stages": """
        dd_stage_id stage_name stage_model_id dd_object_id dd_company_id timestamp:time value:float
        primary_owner{id name email} journey{type start_date:time end_date:time}
        dd_primary_contact_id object_contacts[]{dd_contact_id} custom_properties
        source_system{id source object}
        stage_transitions[]{dd_stage_id dd_object_id name timestamp:time}
        row_checksum""",
    "attribution": """
        dd_stage_id dd_session_id dd_session_activity_id timestamp:time quantity:int dd_visitor_id
        dd_contact_id dd_company_id dd_tracking_type dd_is_primary_event:bool
        stage{name stage_model_id timestamp:time value:float}
        session{SESSION}
        source_system{id source}
        attribution[]{model weight:float value:float}
        row_checksum""",
    "spend": """
        timestamp:time cost:float impressions:float clicks:float adNetwork channel source
        ad_account{id name}
        ad_hierarchy{level_1{network_label name id} level_2{network_label name id}
            level_3{network_label name id}}
        context{campaign campaign_id keyword keyword_id match_type dd_brand_search_label
            google_advertising_channel}
        source_system{type source}
        row_checksum""",
}
SESSION = """channel source campaign medium term keyword match_type visitor_country landing_page
    landing_page_url landing_page_content_category host referrer_clean referrer browser device os
    first_event_name contain_conversion:bool first_conversion_name spend_source spend_type
    spend_data_source dd_brand_search_label google_advertising_channel
    ad_hierarchy{ad_account{name id} level_1{network_label name id} level_2{network_label name id}}"""
TYPES = {"": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(),
         "time": pa.timestamp("us", tz="UTC")}


def fields(tokens):
    """Reads fields up to a closing brace or the end."""
    out = []
    while tokens and tokens[0] != "}":
        name, kind, repeated, brace = re.fullmatch(r"(\w+):?(\w*)(\[\])?({)?", tokens.pop(0)).groups()
        if brace:
            type_ = pa.struct(fields(tokens))
            tokens.pop(0)
        else:
            type_ = TYPES[kind]
        out.append(pa.field(name, pa.list_(type_) if repeated else type_))
    return out


def arrow_schema(table):
    text = SCHEMA[table].replace("SESSION", SESSION)
    return pa.schema(fields(re.findall(r"\w+:?\w*(?:\[\])?{?|}", text)))


# --- The story ----------------------------------------------------------------------------------

rng = random.Random(20261120)

# name, domain, country, industry, employees, value of the deal or None, how far it came
COMPANIES = [
    ("Nordvik Shipping AS", "nordvik-shipping.no", "Norway", "Logistics", "1,001-5,000", 184000.0, "won"),
    ("Grünwald Maschinenbau GmbH", "gruenwald-mb.de", "Germany", "Machinery", "501-1,000", 126500.0, "won"),
    ("東雲ロボティクス株式会社", "shinonome-robotics.jp", "Japan", "Robotics", "201-500", 98000.0, "won"),
    ("Lumière Santé", "lumiere-sante.fr", "France", "Healthcare", "51-200", 42000.0, "won"),
    ("Ægir Energi A/S", "aegir-energi.dk", "Denmark", "Energy", "1,001-5,000", 231000.0, "won"),
    ("Café Solaris 24/7 \"Süd\"", "cafe-solaris.at", "Austria", "Hospitality", "11-50", 9600.0, "won"),
    ("Harrow & Pell Ltd", "harrowpell.co.uk", "United Kingdom", "Legal", "51-200", 57250.5, "won"),
    ("Tulip Grid BV", "tulipgrid.nl", "Netherlands", "Energy", "201-500", 88400.0, "won"),
    ("Brånemark Studio AB", "branemark.se", "Sweden", "Design", "11-50", 15300.0, "won"),
    ("Północ Dane sp. z o.o.", "polnoc-dane.pl", "Poland", "Software", "51-200", 36000.0, "won"),
    ("Cascade Outfitters Inc.", "cascadeoutfitters.com", "United States", "Retail", "501-1,000", 74900.0, "open"),
    ("Ríos y Hermanos, S.L.", "riosyhermanos.es", "Spain", "Food", "201-500", 51000.0, "open"),
    ("Μεσόγειος Ναυτιλία", "mesogeios.gr", "Greece", "Logistics", "51-200", 22500.0, "open"),
    ("Kestrel Avionics", "kestrelavionics.com", "United States", "Aerospace", "1,001-5,000", 310000.0, "open"),
    ("Øresund Data ApS", "oresunddata.dk", "Denmark", "Software", "1-10", None, "lead"),
    ("Bergamo Tessuti S.p.A.", "bergamotessuti.it", "Italy", "Textiles", "201-500", None, "lead"),
    ("Saffron Ledger Pvt Ltd", "saffronledger.in", "India", "Finance", "51-200", None, "lead"),
    ("شركة النور للتجارة", "alnoor-trading.ae", "United Arab Emirates", "Trade", "51-200", None, "lead"),
    ("O'Malley's Quarry", "omalleysquarry.ie", "Ireland", "Mining", "11-50", None, "visitor"),
    ("Flux🔋Volt SE", "fluxvolt.eu", "Germany", "Energy", "11-50", None, "visitor"),
    ("Kiwi Orchard Systems", "kiwiorchard.co.nz", "New Zealand", "Agriculture", "1-10", None, "visitor"),
    (None, "203-0-113-77.example.net", "Canada", None, None, None, "visitor"),
]
FIRST = ["Ingrid", "Jürgen", "Yuki", "Chloé", "Søren", "Amelia", "Daan", "Åsa", "Zofia", "Marcus", "Inés",
         "Ελένη", "Priya", "Fatima", "Niamh", "Giulia", "Tomás", "Olivia"]
LAST = ["Hansen", "Weiß", "佐藤", "Lefèvre", "Østergaard", "Whitfield", "de Vries", "Lindqvist", "Wójcik",
        "Reyes", "Ortega", "Παππά", "Nair", "Al-Farsi", "O'Malley", "Conti", "Silva", "Brooks"]
HANDLES = ["ingrid", "juergen", "yuki", "chloe", "soren", "amelia", "daan", "asa", "zofia", "marcus", "ines",
           "eleni", "priya", "fatima", "niamh", "giulia", "tomas", "olivia"]
OWNERS = [("Mette Kjær", "mette@fjordmetrics.example"), ("Jonas Brandt", "jonas@fjordmetrics.example"),
          ("Aoife Byrne", "aoife@fjordmetrics.example")]
# channel: source, medium, referrer, campaigns, price of a week in the campaign
CHANNELS = {
    "Paid Social": ("linkedin", "paid_social", "https://www.linkedin.com/", ["benchmark-report-2026", "abm-energy-dach"], 690.0),
    "Paid Search": ("google", "cpc", "https://www.google.com/", ["brand-emea", "attribution software"], 1240.0),
    "Display": ("google", "display", "https://news.example.com/", ["retargeting-q3"], 310.0),
    "Organic Search": ("google", "organic", "https://www.google.com/", [None], 0),
    "Referral": ("g2", "referral", "https://www.g2.com/", [None], 0),
    "Email": ("hubspot", "email", None, ["nurture-3", "product-news-oct"], 0),
    "Direct": ("(direct)", "(none)", None, [None], 0),
}
OPENERS = ["Paid Social"] * 6 + ["Organic Search"] * 3 + ["Referral"] * 2 + ["Display"]
MIDDLES = ["Email"] * 4 + ["Organic Search"] * 3 + ["Display"] * 2 + ["Paid Search", "Referral", "Direct"]
CLOSERS = ["Paid Search"] * 5 + ["Direct"] * 5 + ["Email"] * 2
PAGES = [("/", "home"), ("/pricing", "product"), ("/demo", "product"), ("/blog/b2b-attribution", "blog"),
         ("/guide/données-propres", "guide"), ("/webinar/revenue-in-the-dark", "webinar"), ("/customers", "case")]
BROWSERS = [("Chrome", "142.0"), ("Safari", "19.1"), ("Firefox", "145.0"), ("Edge", "142.0")]
DEVICES = [("Desktop", "Windows", "11"), ("Desktop", "macOS", "16.1"), ("Mobile", "iOS", "19.0"), ("Mobile", "Android", "16")]
HOST = "www.fjordmetrics.example"


def ident(*parts):
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:24]


def maybe(value, share=0.8):
    return value if rng.random() < share else None


def days(count):
    return datetime.timedelta(days=count)


def moment(start, spread_days):
    return start + datetime.timedelta(microseconds=int(rng.random() * spread_days * 86_400_000_000))


def session_record(channel, contact_country, page, first_event, converts):
    source, medium, referrer, campaigns, price = CHANNELS[channel]
    campaign = rng.choice(campaigns)
    browser, device = rng.choice(BROWSERS), rng.choice(DEVICES)
    keyword = rng.choice(["b2b attribution", "fjord metrics", "revenue analytics", "umsatz attribution"]) \
        if channel == "Paid Search" else None
    ads = {"ad_account": {"name": "Fjord Metrics EMEA", "id": "act_4711"},
           "level_1": {"network_label": "Campaign", "name": campaign, "id": ident("campaign", campaign)[:10]},
           "level_2": {"network_label": "Ad group", "name": "all visitors", "id": "77"} if channel == "Display" else None}
    return {
        "channel": channel, "source": source, "campaign": campaign, "medium": medium, "term": keyword, "keyword": keyword,
        "match_type": "phrase" if keyword else None, "visitor_country": contact_country, "landing_page": HOST + page[0],
        "landing_page_url": f"https://{HOST}{page[0]}" + (f"?utm_source={source}&utm_medium={medium}" if campaign else ""),
        "landing_page_content_category": page[1], "host": HOST, "referrer_clean": referrer and referrer[8:-1],
        "referrer": referrer, "browser": browser[0], "device": device[0], "os": device[1],
        "first_event_name": first_event, "contain_conversion": converts,
        "first_conversion_name": "Demo booked" if converts else None,
        "spend_source": source if price else None, "spend_type": "ads" if price else None,
        "spend_data_source": None, "dd_brand_search_label": "Brand" if keyword == "fjord metrics" else None,
        "google_advertising_channel": "SEARCH" if channel == "Paid Search" else None,
        "ad_hierarchy": ads if price else None,
    }, browser, device


def story():
    rows = {table: [] for table in SCHEMA}
    audiences = [{"dd_audience_id": ident("audience", name), "name": name, "created_date": NOW - days(300),
                  "description": text} for name, text in [("Energy, DACH & Nordics", None), ("Näher ≥ 100 Mitarbeiter", "by size")]]
    for number, (name, domain, country, industry, size, value, fate) in enumerate(COMPANIES):
        company = ident("company", domain)
        owner = OWNERS[number % 3]
        first_seen = moment(NOW - days(190), 60)
        reached = {"visitor": [], "lead": ["MQL"], "open": ["MQL", "SQL"], "won": ["MQL", "SQL", "Closed Won"]}[fate]
        contacts = []
        for k in range(0 if fate == "visitor" else rng.randint(1, 3)):
            first, last = FIRST[(number + 7 * k) % len(FIRST)], LAST[(number + 5 * k) % len(LAST)]
            email = f"{HANDLES[(number + 7 * k) % len(HANDLES)]}@{domain}"
            contact = ident("contact", email)
            contacts.append(contact)
            rows["contacts"].append({
                "dd_contact_id": contact, "email": email,
                "properties": {
                    "created_date": moment(first_seen, 20), "name": f"{first} {last}", "first_name": first, "last_name": last,
                    "phone_number": maybe(f"+45 {20000000 + number * 31337 + k}", 0.4),
                    "title": maybe(rng.choice(["CMO", "Head of Growth", "Data Engineer", "Geschäftsführerin", "VP Sales"])),
                    "role": maybe(rng.choice(["Marketing", "Sales", "IT"])), "seniority": maybe(rng.choice(["C-level", "Director", "Manager"])),
                    "country": country, "email_domain": domain,
                    "additional_emails": [f"private+{k}@mail.example"] if rng.random() < 0.2 else [],
                    "is_corporate_email": True, "is_from_primary_crm": maybe(rng.random() < 0.7, 0.9)},
                "source_system": [{"id": str(9000 + number * 10 + k), "source": "hubspot", "object": "contact",
                                   "object_url": f"https://app.hubspot.com/contacts/1/contact/{9000 + number * 10 + k}",
                                   "created_date": first_seen}],
                "custom_properties": maybe(json.dumps({"lead score": rng.randint(0, 100), "note": "said \"call later\""}, ensure_ascii=False), 0.5),
                "companies": [{"dd_company_id": company, "name": name, "domain": domain, "is_primary_company": True}],
                "audiences": [audiences[0]] if industry == "Energy" else None})

        count = {"visitor": 2, "lead": 4, "open": 6, "won": 8}[fate] + rng.randint(-1, 1)
        starts = sorted(moment(first_seen, 100) for _ in range(count))
        stage_rows = []
        for k, stage in enumerate(reached):
            # A stage comes right after a session of the journey, the last one after the last session.
            after = starts[max(0, len(starts) * (k + 1) // len(reached) - 1)]
            stage_rows.append({
                "dd_stage_id": ident("stage", company, stage), "stage_name": stage, "stage_model_id": stage.lower().replace(" ", "-"),
                "dd_object_id": ident("deal", company), "dd_company_id": company, "timestamp": after + days(2),
                "value": value, "primary_owner": {"id": str(100 + number % 3), "name": owner[0], "email": owner[1]},
                "journey": {"type": "New business", "start_date": starts[0], "end_date": after + days(2) if stage == "Closed Won" else None},
                "dd_primary_contact_id": contacts[0], "object_contacts": [{"dd_contact_id": c} for c in contacts],
                "custom_properties": maybe(json.dumps({"currency": "EUR", "competitor": rng.choice([None, "spreadsheet", "in-house"])}), 0.7),
                "source_system": {"id": f"deal-{number}", "source": "hubspot", "object": "deal"},
                "stage_transitions": [{"dd_stage_id": s["dd_stage_id"], "dd_object_id": s["dd_object_id"], "name": s["stage_name"],
                                       "timestamp": s["timestamp"]} for s in stage_rows]})
        rows["stages"] += stage_rows

        sessions = []
        for k, start in enumerate(starts):
            channel = rng.choice(OPENERS if k == 0 else CLOSERS if k == count - 1 else MIDDLES)
            contact = rng.choice(contacts) if contacts and k else None
            converts = bool(reached) and k in (count // 2, count - 1)
            page = rng.choice(PAGES)
            record, browser, device = session_record(channel, country, page, "Page viewed", converts)
            session = ident("session", company, k)
            activity = ident("activity", session)
            sessions.append((start, session, activity, contact, record))
            steps = rng.randint(1, 4) + (1 if converts else 0)
            for order in range(steps):
                is_demo = converts and order == steps - 1
                step = page if order == 0 else ("/demo/thanks", "product") if is_demo else rng.choice(PAGES)
                at = start + datetime.timedelta(seconds=47 * order, microseconds=order * 123457)
                rows["events"].append({
                    "dd_event_id": ident("event", session, order), "dd_event_activity_id": ident("ea", session, order),
                    "dd_session_id": session, "dd_session_activity_id": maybe(activity, 0.95),
                    "event_name": "Demo booked" if is_demo else "Page viewed", "timestamp": at, "quantity": 1,
                    "dd_visitor_id": ident("visitor", company, contact), "dd_contact_id": contact, "dd_company_id": company,
                    "dd_tracking_type": "web", "dd_event_session_order": order + 1, "dd_is_primary_event": order == 0,
                    "event": {
                        "url_clean": HOST + step[0], "url": f"https://{HOST}{step[0]}", "host": HOST,
                        "referrer_clean": record["referrer_clean"] if order == 0 else HOST,
                        "referrer": record["referrer"] if order == 0 else f"https://{HOST}{page[0]}",
                        "utm_medium": record["medium"] if record["campaign"] else None, "utm_campaign": record["campaign"],
                        "utm_source": record["source"] if record["campaign"] else None, "utm_term": record["term"],
                        "browser": browser[0], "browser_version": browser[1], "device": device[0], "os": device[1], "os_version": device[2],
                        "campaign": record["campaign"], "medium": record["medium"], "term": record["term"], "keyword": record["keyword"],
                        "match_type": record["match_type"], "visitor_country": country, "content_category": step[1],
                        "is_conversion": is_demo, "conversion_name": "Demo booked" if is_demo else None, "is_single_session": count == 1},
                    "session": record, "source_system": {"id": None, "source": "javascript"},
                    "signals": [{"id": "7", "name": "Pricing visited", "category": "intent", "used_in_engagement_score": True}]
                        if step[0] == "/pricing" else [],
                    "stages": [{"dd_stage_id": s["dd_stage_id"], "name": s["stage_name"], "timestamp": s["timestamp"], "value": s["value"]}
                               for s in stage_rows if s["timestamp"] > at]})

        for stage in stage_rows:
            before = [s for s in sessions if s[0] < stage["timestamp"]]
            for k, (start, session, activity, contact, record) in enumerate(before):
                shares = {"First-Touch": float(k == 0), "Last-Touch": float(k == len(before) - 1), "Linear": 1 / len(before)}
                rows["attribution"].append({
                    "dd_stage_id": stage["dd_stage_id"], "dd_session_id": session, "dd_session_activity_id": activity,
                    "timestamp": start, "quantity": 1, "dd_visitor_id": ident("visitor", company, contact), "dd_contact_id": contact,
                    "dd_company_id": company, "dd_tracking_type": "web", "dd_is_primary_event": None,
                    "stage": {"name": stage["stage_name"], "stage_model_id": stage["stage_model_id"],
                              "timestamp": stage["timestamp"], "value": stage["value"]},
                    "session": record, "source_system": {"id": None, "source": "javascript"},
                    "attribution": [{"model": m, "weight": w, "value": None if value is None else w * value} for m, w in shares.items()]})

        rows["companies"].append({
            "dd_company_id": company, "domain": domain, "all_domains": [domain] + ([domain.replace(".", "-", 1) + ".example"] if number % 4 == 0 else []),
            "account_owner": {"name": owner[0], "email": owner[1]} if reached else None,
            "properties": {
                "created_date": first_seen, "name": name, "country": country, "industry": industry,
                "annual_revenue": maybe(str(rng.randint(1, 900) * 100000), 0.6), "number_of_employees": size,
                "linkedin_url": maybe(f"https://www.linkedin.com/company/{domain.split('.')[0]}"),
                "is_from_primary_crm": bool(reached), "is_anonymous_company": name is None,
                "engagement_score": round(rng.random() * 100, 2)},
            "custom_properties": json.dumps({"tier": "ABC"[number % 3], "größe": size, "tags": ["ICP", None] if reached else []}, ensure_ascii=False)
                if number % 5 else None,
            "source_system": [{"id": str(500 + number), "source": "hubspot", "object": "company",
                               "object_url": f"https://app.hubspot.com/contacts/1/company/{500 + number}", "created_date": first_seen}]
                if reached else [],
            "audiences": audiences if industry == "Energy" else []})

    for week in range(27):
        for channel, (source, _, _, campaigns, price) in CHANNELS.items():
            for campaign in campaigns if price else []:
                cost = round(price * rng.uniform(0.75, 1.25), 2)
                clicks = float(int(cost / rng.uniform(3, 9)))
                level = {"network_label": "Campaign", "name": campaign, "id": ident("campaign", campaign)[:10]}
                rows["spend"].append({
                    "timestamp": (NOW - days(7 * (27 - week))).replace(hour=0, minute=0, second=0, microsecond=0),
                    "cost": cost, "impressions": clicks * rng.randint(40, 90), "clicks": maybe(clicks, 0.97),
                    "adNetwork": {"linkedin": "LinkedIn Ads", "google": "Google Ads"}[source], "channel": channel, "source": source,
                    "ad_account": {"id": "act_4711", "name": "Fjord Metrics EMEA"},
                    "ad_hierarchy": {"level_1": level, "level_2": None, "level_3": None},
                    "context": {"campaign": campaign, "campaign_id": level["id"], "keyword": None, "keyword_id": None, "match_type": None,
                                "dd_brand_search_label": "Brand" if campaign.startswith("brand") else None,
                                "google_advertising_channel": "SEARCH" if channel == "Paid Search" else None},
                    "source_system": {"type": "ads", "source": source}})
    for table in ("events", "attribution", "stages"):
        rows[table].sort(key=lambda row: (row["timestamp"], row.get("dd_event_id") or row.get("dd_stage_id")))
    for table in rows.values():
        for row in table:
            text = json.dumps(row, default=str, sort_keys=True, ensure_ascii=False)
            row["row_checksum"] = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return rows


def main():
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent / "dump"
    shutil.rmtree(out / LABEL, ignore_errors=True)
    receipt = {"timestamp": TIMESTAMP, "tables": {}}
    for table, rows in sorted(story().items()):
        schema, files = arrow_schema(table), FILES[table]
        folder = out / LABEL / table
        folder.mkdir(parents=True)
        for k in range(files):
            part = rows[len(rows) * k // files:len(rows) * (k + 1) // files]
            pq.write_table(pa.Table.from_pylist(part, schema=schema), folder / f"{k:012d}.parquet", compression="snappy",
                           write_page_checksum=True, store_schema=False)
        receipt["tables"][table] = {"folder": f"{LABEL}/{table}", "total_file_count": files}
        print(f"{table}: {len(rows)} rows, {files} files")
    (out / "receipt.json").write_text(json.dumps(receipt, indent=2) + "\n")


if __name__ == "__main__":
    main()
