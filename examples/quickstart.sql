-- Which channels open the deals that are won, which ones close them, and what comes back for each
-- euro of advertising? First touch gives a deal to the first session of its company, last touch to
-- the last one before it was signed.
WITH credit AS (
  SELECT a.session_channel AS channel,
         s.dd_stage_id AS deal,
         c.properties_name AS company,
         json_extract(m.value, '$.model') AS model,
         json_extract(m.value, '$.value') AS revenue
  FROM stages AS s
  JOIN companies AS c ON c.dd_company_id = s.dd_company_id
  JOIN attribution AS a ON a.dd_stage_id = s.dd_stage_id
  JOIN json_each(a.attribution) AS m
  WHERE s.stage_name = 'Closed Won'
),
earned AS (
  SELECT channel,
         count(DISTINCT deal) AS deals,
         sum(CASE WHEN model = 'First-Touch' THEN revenue ELSE 0 END) AS opened,
         sum(CASE WHEN model = 'Last-Touch' THEN revenue ELSE 0 END) AS closed
  FROM credit
  GROUP BY channel
),
paid AS (
  SELECT channel, sum(cost) AS cost FROM spend GROUP BY channel
),
largest AS (
  SELECT channel, company, max(revenue) AS revenue
  FROM credit
  WHERE revenue > 0 AND model IN ('First-Touch', 'Last-Touch')
  GROUP BY channel
)
SELECT earned.channel,
       deals,
       printf('%,d', round(opened)) AS "opened €",
       printf('%,d', round(closed)) AS "closed €",
       CASE WHEN cost > 0 THEN printf('%,d', round(cost)) ELSE '' END AS "spent €",
       CASE WHEN cost > 0 THEN printf('%.1f', opened / cost) ELSE '' END AS "opened per €",
       CASE WHEN cost > 0 THEN printf('%.1f', closed / cost) ELSE '' END AS "closed per €",
       coalesce(company, '') AS "largest deal"
FROM earned
LEFT JOIN paid ON paid.channel = earned.channel
LEFT JOIN largest ON largest.channel = earned.channel
ORDER BY opened + closed DESC, earned.channel;
